import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { makeKinesisClient } from '../../index.ts';

/** Which Kinesis is asked. */
export interface KinesisFlags {
  readonly kinesisEndpoint?: string;
  readonly region?: string;
}

/** A client that belongs to the command. */
export function openKinesis({ kinesisEndpoint: endpoint, region }: KinesisFlags): KinesisClient {
  return makeKinesisClient({
    maxAttempts: 4,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  });
}
