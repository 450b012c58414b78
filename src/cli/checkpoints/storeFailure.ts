import type { LeaseTableError } from '../../checkpoint/dynamodb/LeaseTableError.ts';
import { CheckpointStoreError } from '../../index.ts';
import type { LeaseStore } from './LeaseStore.ts';
import { WrongInput } from './WrongInput.ts';

/** What a failed call to a store means here, where its settings are options: a wrong one is named as such. */
export function storeFailure(error: unknown, { naming, check }: Pick<LeaseStore, 'naming' | 'check'>): unknown {
  if (!(error instanceof CheckpointStoreError)) return error;
  if (isOfTable(error)) {
    const { found, wrongSetting } = error;
    if (wrongSetting !== 'credentials') return new WrongInput(`${found}. ${remedyOf(error, naming)}`);
    const remedy =
      'Give credentials that are valid: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the role of the machine.';
    return new Error(`${found}. ${remedy}`, { cause: error });
  }
  return error.retryable ? new Error(`${error.message} ${check}`, { cause: error }) : error;
}

/** The class itself is loaded with its peer only. */
const isOfTable = (error: CheckpointStoreError): error is LeaseTableError => 'wrongSetting' in error;

function remedyOf({ wrongSetting, wantedStreams }: LeaseTableError, naming: string): string {
  switch (wrongSetting) {
    case 'application':
    case 'stream':
      return `Check --${wrongSetting} and --table-name.`;
    case 'streams':
      if (wantedStreams === 'one') return 'Leave --streams out, or check --table-name.';
      return `Give --streams ${wantedStreams ?? "many, or the KCL's identifier of the stream, such as 123456789012:orders:1700000000"}.`;
    case 'initialTimestamp':
      return "Give it as the KCL's configuration has it: --initial-timestamp, such as 2026-02-03T04:05:06Z.";
    case 'region':
      return 'Give --region, such as eu-west-1, or AWS_REGION in the environment.';
    default:
      return `Check ${naming}.`;
  }
}
