import { expect } from 'chai';
import fc from 'fast-check';
import { nextCallMs } from '../../src/consumer/pacing.ts';
import { ReadingPlace } from '../../src/consumer/ReadingPlace.ts';

const records = (...numbers: number[]) =>
  numbers.map((number) => ({ SequenceNumber: String(number), Data: undefined, PartitionKey: undefined }));
const bare = () => 1;
const at = (number: number) => ({ sequenceNumber: String(number), subSequenceNumber: 0 });

describe('ReadingPlace', () => {
  it('should begin where the checkpoint says', () => {
    const start = (checkpoint: ConstructorParameters<typeof ReadingPlace>[0]) =>
      new ReadingPlace(checkpoint).iteratorStart(Infinity);
    const time = new Date(5);
    expect(start('TRIM_HORIZON')).to.deep.equal({ ShardIteratorType: 'TRIM_HORIZON' });
    expect(start('LATEST')).to.deep.equal({ ShardIteratorType: 'LATEST' });
    expect(start({ atTimestamp: time })).to.deep.equal({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: time });
    expect(start(at(7))).to.deep.equal({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '7' });
  });

  it('should drop what is at or before the checkpoint, and go on behind the last record', () => {
    const place = new ReadingPlace(at(9));
    expect(place.advance(records(8, 9), bare)).to.deep.equal([]);
    expect(place.iteratorStart(Infinity).ShardIteratorType).to.equal('AT_SEQUENCE_NUMBER');
    expect(place.advance(records(9, 10, 11), bare)).to.deep.equal(records(10, 11));
    expect(place.iteratorStart(Infinity)).to.deep.equal({
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: '11',
    });
  });

  it('should find a place at the tip again by the time of the last visit', () => {
    const place = new ReadingPlace('LATEST');
    place.visitedTip(60_000);
    expect(place.iteratorStart(Infinity)).to.deep.equal({
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: new Date(50_000),
    });
    const other = new ReadingPlace('TRIM_HORIZON');
    other.visitedTip(60_000);
    expect(other.iteratorStart(Infinity).ShardIteratorType).to.equal('TRIM_HORIZON');
  });

  it('should give each record once, whenever the iterator is made anew', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), fc.array(fc.nat({ max: 6 }), { maxLength: 20 }), (checkpoint, steps) => {
        const place = new ReadingPlace(checkpoint === 0 ? 'TRIM_HORIZON' : at(checkpoint));
        const seen: string[] = [];
        let next = 1;
        for (const step of steps) {
          if (step === 0) {
            const { ShardIteratorType: type, StartingSequenceNumber: number } = place.iteratorStart(Infinity);
            next = type === 'TRIM_HORIZON' ? 1 : Number(number) + (type === 'AFTER_SEQUENCE_NUMBER' ? 1 : 0);
          }
          const answer = records(...Array.from({ length: step }, () => next++));
          seen.push(...place.advance(answer, bare).map(({ SequenceNumber }) => SequenceNumber!));
        }
        expect(seen).to.deep.equal(seen.map((_, index) => String(checkpoint + 1 + index)));
      }),
    );
  });
});

describe('pacing', () => {
  const pace = { maxCallsPerSecond: 5, pollIntervalMs: 1_000 };

  it('should call five times a second, more slowly after large answers, and at the poll interval at the tip', () => {
    expect(nextCallMs({ startedMs: 100, bytes: 10, isAtTip: false, isEmpty: false }, pace)).to.equal(300);
    expect(nextCallMs({ startedMs: 100, bytes: 10 * 1024 * 1024, isAtTip: false, isEmpty: false }, pace)).to.equal(
      5_100,
    );
    expect(nextCallMs({ startedMs: 100, bytes: 10, isAtTip: true, isEmpty: false }, pace)).to.equal(1_100);
  });

  it('should never allow more calls or bytes than the service does', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 10_485_760 }),
        fc.boolean(),
        fc.nat({ max: 5_000 }),
        (bytes, isAtTip, pollIntervalMs) => {
          const gapMs = nextCallMs(
            { startedMs: 0, bytes, isAtTip, isEmpty: false },
            { maxCallsPerSecond: 5, pollIntervalMs },
          );
          expect(gapMs).to.be.at.least(200);
          expect(bytes / gapMs).to.be.at.most(2_097.152 + 1e-9);
          if (isAtTip) expect(gapMs).to.be.at.least(pollIntervalMs);
        },
      ),
    );
  });
});
