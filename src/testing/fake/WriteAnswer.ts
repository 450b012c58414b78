import type { PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { EntryRefusal } from './FakeService.ts';
import { RecordPlace } from './RecordPlace.ts';

/** What became of the records of a PutRecords, in their order; each way out of the fake writes it in its own form. */
export class WriteAnswer {
  readonly failed: number;
  readonly #entries: readonly (RecordPlace | EntryRefusal)[];

  constructor(entries: readonly (RecordPlace | EntryRefusal)[]) {
    this.#entries = entries;
    this.failed = entries.reduce((failed, entry) => (entry instanceof RecordPlace ? failed : failed + 1), 0);
  }

  /** The entries as the SDK gives them. */
  records(): PutRecordsResultEntry[] {
    return this.#entries.map((entry) =>
      entry instanceof RecordPlace
        ? { SequenceNumber: entry.sequenceNumber, ShardId: entry.shardId }
        : { ErrorCode: entry.code, ErrorMessage: entry.message },
    );
  }

  /** The whole answer in JSON 1.1, in memory of which `allocate` gives at least so many bytes. */
  json(allocate: (bytes: number) => Buffer): Buffer {
    const before = `{"FailedRecordCount":${this.failed},"Records":[`;
    const after = ']}';
    const entries = this.#entries.map((entry) =>
      entry instanceof RecordPlace
        ? entry
        : Buffer.from(`${JSON.stringify({ ErrorCode: entry.code, ErrorMessage: entry.message })},`),
    );
    const json = allocate(entries.reduce((size, entry) => size + sizeOf(entry), before.length + after.length));
    let used = json.write(before, 'latin1');
    for (const entry of entries) {
      if (entry instanceof RecordPlace) entry.writeEntry(json, used);
      else json.set(entry, used);
      used += sizeOf(entry);
    }
    // The last entry is not followed by a comma.
    if (entries.length > 0) used -= 1;
    return json.subarray(0, used + json.write(after, used, 'latin1'));
  }
}

const sizeOf = (entry: RecordPlace | Buffer): number =>
  entry instanceof RecordPlace ? entry.entryBytes : entry.length;
