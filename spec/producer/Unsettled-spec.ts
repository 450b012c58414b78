import { expect } from 'chai';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { checkToKinesisOptions } from '../../src/producer/checkToKinesisOptions.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { PutFailure } from '../../src/producer/PutResult.ts';
import { Unsettled } from '../../src/producer/Unsettled.ts';
import { WriterReports } from '../../src/producer/WriterReports.ts';

/** Records that are all failed at once; `react` is told each event, and may clear it all. */
function failAll(count: number, react: (event: string, unsettled: Unsettled<number>) => void) {
  const events: string[] = [];
  const hear = (event: string) => {
    events.push(event);
    react(event, unsettled);
  };
  const diagnostics = new Diagnostics((event) =>
    hear(event.type === 'queued' ? `queued ${event.records}, ${event.bytes}` : event.type),
  );
  const unsettled = new Unsettled<number>(
    'orders',
    checkToKinesisOptions<number>({}),
    new WriterReports('orders', diagnostics),
    { told: ({ value }) => hear(`told ${value}`), drained: () => hear('drained') },
  );
  const entries = Array.from({ length: count }, (_, value) => {
    const entry = new Entry(value, Buffer.from('data'), 'key', undefined, 7, 0);
    unsettled.add(entry);
    return entry;
  });
  for (const entry of entries.slice(1)) {
    entry.result = new PutFailure(entry.value, 1, new KinesisStreamError('failed', {}));
  }
  unsettled.tell(entries.slice(1));
  return events;
}

describe('Unsettled', () => {
  it('should count none any more before anybody hears of it', () => {
    expect(failAll(3, () => undefined)).to.deep.equal(['queued 1, 7', 'putFailed', 'putFailed', 'told 1', 'told 2']);
  });

  for (const [at, expected] of Object.entries({
    'queued 1, 7': ['queued 1, 7', 'queued 0, 0'],
    putFailed: ['queued 1, 7', 'putFailed', 'queued 0, 0'],
    'told 1': ['queued 1, 7', 'putFailed', 'putFailed', 'told 1', 'queued 0, 0'],
  })) {
    it(`should tell nothing more once it is cleared from within: ${at}`, () => {
      expect(failAll(3, (event, unsettled) => event === at && unsettled.clear())).to.deep.equal(expected);
    });
  }

  for (const resultOrder of ['completion', 'input'] as const) {
    it(`should tell what ends from within after what ended before: ${resultOrder}`, () => {
      const told: number[] = [];
      const unsettled: Unsettled<number> = new Unsettled<number>(
        'orders',
        checkToKinesisOptions<number>({ resultOrder }),
        new WriterReports('orders', new Diagnostics()),
        {
          told: ({ value }) => {
            told.push(value);
            if (value === 0) fail(10);
            if (value === 10) unsettled.end();
          },
          drained: () => told.push(Infinity),
        },
      );
      const add = (value: number) => {
        const entry = new Entry(value, Buffer.from('data'), 'key', undefined, 7, 0);
        unsettled.add(entry);
        entry.result = new PutFailure(value, 1, new KinesisStreamError('failed', {}));
        return entry;
      };
      const fail = (value: number) => unsettled.tell([add(value)]);
      unsettled.tell([add(0), add(1), add(2)]);
      expect(told).to.deep.equal([0, 1, 2, 10, Infinity]);
    });
  }
});
