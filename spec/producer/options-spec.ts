import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

/** Each option that is a number, with its range. */
const NUMBERS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  lingerMs: [0, 60_000],
  maxBatchRecords: [1, 500],
  maxBatchBytes: [1, 10_485_760],
  maxRecordBytes: [1, 10_485_760],
  maxInFlightRequests: [1, 256],
  shardRecordsPerSecond: [1, Infinity],
  shardBytesPerSecond: [1_024, Infinity],
  ttlMs: [1, 86_400_000],
  maxAttempts: [1, Infinity],
  requestTimeoutMs: [100, 300_000],
  maxBufferedRecords: [1, 10_000_000],
  maxBufferedBytes: [1, Infinity],
  'aggregate.maxBytes': [1_024, 1_048_576],
  'aggregate.maxRecords': [2, 1_000_000],
  'createStream.shards': [1, 100_000],
  'backoff.initialMs': [1, 60_000],
  'backoff.maxMs': [100, 300_000],
};

/** Each other option: something that it is not, and how the error begins and ends. */
const OTHERS: readonly (readonly [option: string, wrong: unknown, wanted: string, given: string])[] = [
  ['codec', 'json', 'codec must have a method encode', '"json"'],
  ['partitionKey', 'id', 'partitionKey must be a function', '"id"'],
  ['explicitHashKey', '5', 'explicitHashKey must be a function', '"5"'],
  ['order', 'shard', `order must be 'none' or 'partitionKey'`, '"shard"'],
  ['aggregate', 1, 'aggregate must be true, false or { maxBytes, maxRecords }', '1'],
  ['createStream', true, `createStream must be { shards: number } or { mode: 'ON_DEMAND' }`, 'true'],
  ['createStream', { mode: 'PROVISIONED' }, 'createStream must be', 'an object with mode in it'],
  ['createStream', { shards: 1, mode: 'ON_DEMAND' }, 'createStream must be', 'an object with shards and mode in it'],
  ['createStream', {}, 'createStream must be', 'an object with nothing in it'],
  ['client', 'eu-west-1', 'client must be a KinesisClient or the configuration of one', '"eu-west-1"'],
  ['onDiagnostic', {}, 'onDiagnostic must be a function', 'an object'],
  ['scheduler', 'async', 'scheduler must be a SchedulerLike of RxJS', '"async"'],
  ['random', 0.5, 'random must be a function', '0.5'],
  ['metrics', 5, 'metrics must', '5'],
  ['backoff', 5, 'the options of backoff must be an object', '5'],
  ['backoff', [], 'the options of backoff must be an object', 'an array'],
  ['aggregate', [], 'the options of aggregate must be an object', 'an array'],
  ['aggregate', new Date(), 'the options of aggregate must be an object', 'a Date'],
  ['aggregate', null, 'aggregate must be true, false or { maxBytes, maxRecords }', 'null'],
  ['order', null, `order must be 'none' or 'partitionKey'`, 'null'],
];
const OF_THE_OPERATOR: typeof OTHERS = [
  ['resultOrder', null, `resultOrder must be 'completion' or 'input'`, 'null'],
  ['onBufferFull', null, `onBufferFull must be 'error' or 'drop'`, 'null'],
  ['onFailure', null, `onFailure must be 'error' or 'emit'`, 'null'],
  ['flush', 5, 'flush must be an Observable, or what from() takes', '5'],
  ['resultOrder', 'key', `resultOrder must be 'completion' or 'input'`, '"key"'],
  ['onBufferFull', 'wait', `onBufferFull must be 'error' or 'drop'`, '"wait"'],
  ['onFailure', 'drop', `onFailure must be 'error' or 'emit'`, '"drop"'],
];

const MAKERS: Readonly<Record<string, (options: object) => unknown>> = {
  toKinesis: (options) => toKinesis('orders', options),
  // In virtual time: one that is made begins at once to prepare its stream.
  KinesisProducer: (options) =>
    new KinesisProducer('orders', { client: { send: () => NEVER }, scheduler: new VirtualClock(), ...options }),
};

const nested = (path: string, value: unknown): object =>
  path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;

const shown = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value));

for (const [maker, make] of Object.entries(MAKERS)) {
  describe(`the options of ${maker}`, () => {
    for (const [option, [min, max]] of Object.entries(NUMBERS)) {
      it(`should name ${option}, its range, and what was given`, () => {
        const wanted = `${option} must be an integer from ${min} to ${max}; got `;
        for (const wrong of [min - 1, max + 1, min + 0.5, -Infinity]) {
          if (wrong === Infinity) continue;
          expect(() => make(nested(option, wrong)), String(wrong)).to.throw(RangeError, `${wanted}${wrong}`);
        }
        for (const wrong of ['5', NaN, true, null]) {
          expect(() => make(nested(option, wrong)), String(wrong)).to.throw(TypeError, `${wanted}${shown(wrong)}`);
        }
        for (const right of [min, max]) expect(() => make(nested(option, right)), String(right)).not.to.throw();
      });
    }

    const others = maker === 'toKinesis' ? [...OTHERS, ...OF_THE_OPERATOR] : OTHERS;
    for (const [option, wrong, wanted, given] of others) {
      it(`should name ${option}, what it may be, and what was given: ${given}`, () => {
        expect(() => make({ [option]: wrong }))
          .to.throw(TypeError, wanted)
          .with.property('message')
          .that.matches(new RegExp(`; got ${given.replace(/\W/g, '\\$&')}$`));
      });
    }

    it('should be an object, and not of another kind', () => {
      for (const [wrong, given] of [
        [[], 'an array'],
        [new Date(), 'a Date'],
        [new Map(), 'a Map'],
      ] as const) {
        const message = `the options of ${maker} must be an object; got ${given}`;
        // The maker of a producer adds to them.
        if (maker === 'toKinesis') expect(() => make(wrong)).to.throw(TypeError, message);
        else expect(() => new KinesisProducer('orders', wrong as object)).to.throw(TypeError, message);
      }
    });

    it('should all be here, and no other be taken', () => {
      const named = new Set(
        [...Object.keys(NUMBERS), ...others.map(([option]) => option)].map((name) => name.split('.')[0]),
      );
      expect(() => make({ lingerMS: 5 })).to.throw(
        TypeError,
        `${maker} has no option "lingerMS"; it has ${[...named].sort().join(', ')}`,
      );
      for (const option of ['aggregate', 'backoff']) {
        expect(() => make({ [option]: { maxbytes: 5 } })).to.throw(TypeError, `${option} has no option "maxbytes"`);
      }
    });

    it('should have ranges that depend on each other', () => {
      expect(() => make({ backoff: { initialMs: 10, maxMs: 9 } })).to.throw(
        RangeError,
        'backoff.maxMs must be an integer from 10 to 300000; got 9',
      );
      expect(() => make({ maxRecordBytes: 5_000, aggregate: { maxBytes: 5_001 } })).to.throw(
        RangeError,
        'aggregate.maxBytes must be an integer from 1024 to 5000; got 5001',
      );
      for (const aggregate of [true, { maxBytes: 1_024 }]) {
        expect(() => make({ maxRecordBytes: 1_023, aggregate })).to.throw(
          RangeError,
          'maxRecordBytes must be at least 1024 with aggregate, as an aggregate is a record; got 1023',
        );
      }
    });
  });
}

describe('the options of KinesisProducer', () => {
  for (const option of new Set(OF_THE_OPERATOR.map(([name]) => name))) {
    it(`should not have ${option} of the operator among them`, () => {
      expect(() => new KinesisProducer('orders', { [option]: undefined })).to.throw(
        TypeError,
        `KinesisProducer has no option "${option}"`,
      );
    });
  }
});
