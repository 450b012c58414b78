// A Kinesis in memory.
export { FakeKinesis } from './FakeKinesis.ts';
export type { FakeKinesisOptions, FakeLimitsOptions, FakeStreamOptions } from './FakeKinesisOptions.ts';
export type { CommandOutput, FakeRecord, FakeStoredRecord } from './FakeRecord.ts';

// The same behind HTTP.
export { LocalKinesis } from './LocalKinesis.ts';
export type { LocalClientConfig, LocalKinesisOptions } from './LocalKinesis.ts';

// Records without a stream, for unit tests of pipelines.
export { recordFactory } from './recordFactory.ts';
export type { RecordFactory, RecordFactoryOptions } from './recordFactory.ts';

// What can be made to go wrong in it, and what it has seen.
export type {
  DelayFaultOptions,
  EntryFaultOptions,
  FailFaultOptions,
  FakeKinesisFault,
  LateFaultOptions,
  ShardFaultOptions,
  ThrottleFaultOptions,
} from './FakeKinesisFault.ts';
export type { FaultTrigger } from './fake/Fault.ts';
export type { OperationName } from './fake/operations.ts';
export type { CallLog, RecordedCall } from './fake/CallLog.ts';

// What every checkpoint store and every metrics collector must do, and a store on which things go wrong.
export { checkpointStoreCases } from './checkpointStoreCases.ts';
export type { CheckpointStoreCasesOptions, StoreCase } from './checkpointStoreCases.ts';
export { metricsCollectorCases } from './metricsCollectorCases.ts';
export type { CollectorCase, CollectorUnderTest, ReadSeries } from './metricsCollectorCases.ts';
export { faultyCheckpoints } from './faultyCheckpoints.ts';
export type { StoreFault, StoreMethod } from './faultyCheckpoints.ts';
