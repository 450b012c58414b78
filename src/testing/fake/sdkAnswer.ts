import { ReadAnswer } from './ReadAnswer.ts';
import { WriteAnswer } from './WriteAnswer.ts';

/** An answer as the SDK's client gives it. */
export function sdkAnswer(output: object, requestId: string): object {
  const $metadata = { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 };
  if (output instanceof WriteAnswer) {
    return { $metadata, FailedRecordCount: output.failed, Records: output.records() };
  }
  if (!(output instanceof ReadAnswer)) return { $metadata, ...output };
  return {
    $metadata,
    Records: output.records(),
    MillisBehindLatest: output.millisBehindLatest,
    ...(output.nextShardIterator !== undefined && { NextShardIterator: output.nextShardIterator }),
    ...(output.childShards && { ChildShards: output.childShards }),
  };
}
