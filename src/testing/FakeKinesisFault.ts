import type { FaultTrigger } from './fake/Fault.ts';
import type { FakeKinesis } from './FakeKinesis.ts';

/** A fault that is in force: it can be looked at, ended, and chained with others. */
export interface FakeKinesisFault {
  /** How many calls (entries, for `failEntries`) it has struck. */
  readonly hits: number;
  /** The fake again: `fake.fail({ … }).and.delay({ … })`. */
  readonly and: FakeKinesis;
  /** Ends it. */
  cancel(): void;
}

/** Which calls a fault strikes, and when. */
export interface LateFaultOptions extends FaultTrigger {
  /** Before the request has its effect, or after, so that only the answer is lost. Default `'before'`. */
  readonly effect?: 'before' | 'after';
}

/** Which calls fail, and how. */
export interface FailFaultOptions extends LateFaultOptions {
  /** The name of a service exception, known to AWS or not, or an error to give as it is. Default `'InternalFailure'`. */
  readonly error?: string | Error;
  /** The message of a service exception that is given by name. */
  readonly message?: string;
}

/** Which answers are late, and by how much. */
export interface DelayFaultOptions extends FaultTrigger {
  /** How much longer the answer takes, in milliseconds. From 0 to 3,600,000. */
  readonly ms: number;
}

/** What exceeds its rate, and for how long. */
export interface ThrottleFaultOptions {
  /** A stream's name. Default: all streams. */
  readonly stream?: string;
  /** A shard's id. Default: all shards. */
  readonly shard?: string;
  /** For how long, in milliseconds. From 1; default: until it is cancelled. */
  readonly forMs?: number;
  /** What of it. Default `'both'`. */
  readonly what?: 'reads' | 'writes' | 'both';
}

/** A trigger for an operation that is known. */
export type ShardFaultOptions = Omit<FaultTrigger, 'operation'>;

/** Which entries of PutRecords are refused, and how. */
export interface EntryFaultOptions extends ShardFaultOptions {
  /** The entry's ErrorCode; unknown ones too. Default `'InternalFailure'`. */
  readonly code?: string;
  /** The entry's ErrorMessage. */
  readonly message?: string;
}
