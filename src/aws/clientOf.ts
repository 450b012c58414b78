import type { KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { describe } from '../internal/checkNumber.ts';
import type { KinesisClientLike } from './KinesisClientLike.ts';
import { makeKinesisClient } from './makeKinesisClient.ts';

/** A client, what it is configured with, or nothing: region and credentials from the environment. */
export type ClientOption = KinesisClientLike | KinesisClientConfig;

export interface UsedClient {
  readonly client: KinesisClientLike;
  /** Closes the connections of a client that was made here; leaves a client that was given alone. */
  readonly destroy: () => void;
}

/**
 * Takes the client that was given, or makes one; to be called at each subscription, as what it makes belongs to that.
 *
 * @param region where the client goes if it is made here and its configuration names no region: that of the stream's ARN
 */
export function clientOf(option: ClientOption | undefined, region?: string): UsedClient {
  if (isClient(option)) return { client: option, destroy: () => undefined };
  const client = makeKinesisClient(region === undefined ? option : { region, ...option });
  return { client, destroy: () => client.destroy() };
}

/** @throws TypeError when the option is neither a client nor a configuration */
export function checkClientOption(option: unknown): ClientOption | undefined {
  if (option === undefined || (typeof option === 'object' && option !== null && !Array.isArray(option))) return option;
  throw new TypeError(`client must be a KinesisClient or the configuration of one; got ${describe(option)}`);
}

function isClient(option: ClientOption | undefined): option is KinesisClientLike {
  return option !== undefined && 'send' in option && typeof option.send === 'function';
}
