import { expect } from 'chai';
import { entryFiles, exportsOf } from './support/project.ts';

/**
 * Every public name, by the specifier that it is imported from. Nothing becomes public by accident, and nothing goes unnoticed:
 * who adds or removes a name writes it here too, and in CHANGELOG.md.
 */
const publicNames: Readonly<Record<string, { readonly values: string[]; readonly types: string[] }>> = {
  'rxjs-kinesis': {
    values: [
      'BufferFullError',
      'CheckpointFlushError',
      'CheckpointStoreError',
      'DeadLetterError',
      'DecodeError',
      'EncodeError',
      'KinesisRecord',
      'KinesisServiceError',
      'KinesisSource',
      'KinesisStreamError',
      'LeaseLostError',
      'ManualCheckpoints',
      'ProcessingError',
      'PutFailedError',
      'PutFailure',
      'PutSuccess',
      'RecordRejectedError',
      'StalledError',
      'bytes',
      'checkpoint',
      'comparePositions',
      'filterData',
      'fromKinesis',
      'json',
      'makeKinesisClient',
      'mapData',
      'memoryCheckpoints',
      'processRecords',
      'tapDiagnostics',
      'text',
      'toKinesis',
    ],
    types: [
      'Awaitable',
      'AwsErrorKind',
      'BackoffOptions',
      'BufferFullErrorOptions',
      'Checkpoint',
      'CheckpointOptions',
      'CheckpointStore',
      'ClientOption',
      'Codec',
      'CodecContext',
      'ConsumerDiagnostic',
      'DeadLetter',
      'Diagnostic',
      'DiagnosticListener',
      'EncodeErrorOptions',
      'FailedShard',
      'FromKinesisOptions',
      'KinesisClientLike',
      'KinesisCommand',
      'KinesisServiceErrorOptions',
      'KinesisStreamErrorOptions',
      'Lease',
      'LeaseEvent',
      'MapDataOptions',
      'NewLease',
      'OnFailure',
      'PauseReason',
      'PoisonPolicy',
      'Position',
      'ProcessRecordsOptions',
      'ProcessRetryOptions',
      'Processed',
      'ProcessingOrder',
      'ProducerDiagnostic',
      'PutData',
      'PutFailedErrorOptions',
      'PutResult',
      'RecordAttributes',
      'RecordRejectedErrorOptions',
      'RejectionReason',
      'SendOptions',
      'ShardStatus',
      'StartAt',
      'Taker',
      'ToKinesisOptions',
      'WorkerStatus',
    ],
  },
  'rxjs-kinesis/opentelemetry': {
    values: ['forgetGauges', 'openTelemetryCollector'],
    types: ['OpenTelemetryCollectorOptions', 'TemporalitySelector'],
  },
  'rxjs-kinesis/statsd': {
    values: ['statsdCollector'],
    types: [
      'StatsdCall',
      'StatsdCallback',
      'StatsdClientLike',
      'StatsdCollectorOptions',
      'StatsdFlavour',
      'StatsdTags',
    ],
  },
  'rxjs-kinesis/testing': {
    values: ['FakeKinesis', 'LocalKinesis', 'checkpointStoreCases', 'faultyCheckpoints', 'recordFactory'],
    types: [
      'CallLog',
      'CheckpointStoreCasesOptions',
      'CommandOutput',
      'DelayFaultOptions',
      'EntryFaultOptions',
      'FailFaultOptions',
      'FakeKinesisFault',
      'FakeKinesisOptions',
      'FakeLimitsOptions',
      'FakeRecord',
      'FakeStoredRecord',
      'FakeStreamOptions',
      'FaultTrigger',
      'LateFaultOptions',
      'LocalClientConfig',
      'LocalKinesisOptions',
      'OperationName',
      'RecordFactory',
      'RecordFactoryOptions',
      'RecordedCall',
      'ShardFaultOptions',
      'StoreCase',
      'StoreFault',
      'StoreMethod',
      'ThrottleFaultOptions',
    ],
  },
};

describe('The public names', () => {
  it('should be listed for each subpath of package.json', () => {
    expect(Object.keys(publicNames)).to.have.members([...entryFiles.keys()]);
  });

  for (const [specifier, entryFile] of entryFiles) {
    it(`should be these of ${specifier}`, async () => {
      const values = Object.keys((await import(`../${entryFile}`)) as object);
      const types = [...exportsOf(entryFile).keys()].filter((name) => !values.includes(name));
      expect(sorted({ values, types })).to.deep.equal(sorted(publicNames[specifier] ?? { values: [], types: [] }));
    });
  }
});

function sorted({ values, types }: { values: string[]; types: string[] }) {
  return { values: values.toSorted(), types: types.toSorted() };
}
