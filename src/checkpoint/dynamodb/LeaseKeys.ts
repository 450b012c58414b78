import type { DynamoDbSettings } from './checkDynamoDbCheckpointsOptions.ts';
import type { LeaseRow } from './LeaseRow.ts';
import { LeaseTableError, type WrongSetting } from './LeaseTableError.ts';

/** Which row is whose: the keys of leases, and what keeps applications and streams apart. */
export class LeaseKeys {
  readonly #settings: DynamoDbSettings;
  /** The stream of a table of one, once it is known. */
  #stream: string | undefined;

  constructor(settings: DynamoDbSettings) {
    this.#settings = settings;
  }

  /** Throws when the table is not the stream's, as far as that can be told without it. */
  check(streamName: string): void {
    this.#prefixOf(streamName);
  }

  /** The row's key. Throws when the table is not the stream's. */
  keyOf(streamName: string, shardId: string): LeaseRow {
    const prefix = this.#prefixOf(streamName);
    return { leaseKey: { S: prefix === undefined ? shardId : `${prefix}:${shardId}` } };
  }

  /** What stands in a row besides, and says whose it is. */
  marksOf(streamName: string, shardId: string): LeaseRow {
    const prefix = this.#prefixOf(streamName);
    return {
      ...(prefix === undefined
        ? { rxjsStream: { S: streamName } }
        : { streamName: { S: prefix }, shardId: { S: shardId } }),
      rxjsApplication: { S: this.#settings.application },
    };
  }

  /** The shard of a row; undefined for a row of another stream, or of no lease. Throws when the table is shared with who must not share it. */
  shardIdOf(row: LeaseRow, streamName: string): string | undefined {
    const prefix = this.#prefixOf(streamName);
    const rowsPrefix = row.streamName?.S;
    const application = row.rxjsApplication?.S;
    if (application !== undefined && application !== this.#settings.application) {
      throw this.#mixUp(
        streamName,
        `holds leases of the application ${application}`,
        'Give each a table of its own.',
        'application',
      );
    }
    if (prefix === undefined) {
      const rowsStream = row.rxjsStream?.S;
      if (rowsPrefix !== undefined) {
        throw this.#mixUp(
          streamName,
          'holds leases of several streams',
          "Set streams to what wrote them: 'many', or an object.",
          'streams',
        );
      }
      if (rowsStream !== undefined && rowsStream !== streamName) {
        throw this.#mixUp(streamName, `holds the leases of stream ${rowsStream}`, SECOND_STREAM, 'stream');
      }
      return row.leaseKey?.S;
    }
    if (rowsPrefix === prefix) return row.shardId?.S;
    if (rowsPrefix === undefined) {
      throw this.#mixUp(
        streamName,
        'holds leases of one stream, whose rows do not say which',
        "Leave streams 'one', or name another table.",
        { streams: 'one' },
      );
    }
    if (streamIn(rowsPrefix) === streamName) {
      throw this.#mixUp(
        streamName,
        `holds leases of it under the name ${rowsPrefix}`,
        rowsPrefix === streamName
          ? "Set streams to 'many', which wrote them, or name another table."
          : `Name it so: streams: { ${JSON.stringify(streamName)}: ${JSON.stringify(rowsPrefix)} }.`,
        { streams: rowsPrefix === streamName ? 'many' : rowsPrefix },
      );
    }
    return undefined;
  }

  #prefixOf(streamName: string): string | undefined {
    const { streams } = this.#settings;
    if (streams === 'one') {
      this.#stream ??= streamName;
      if (this.#stream === streamName) return undefined;
      throw this.#mixUp(streamName, `is used for stream ${this.#stream}`, SECOND_STREAM, 'stream');
    }
    if (streams === 'many') return streamName;
    const identifier = Object.hasOwn(streams, streamName) ? streams[streamName] : undefined;
    if (identifier !== undefined) return identifier;
    throw this.#mixUp(
      streamName,
      'is not for this stream',
      'Add the stream to streams, with its identifier.',
      'streams',
    );
  }

  #mixUp(streamName: string, said: string, remedy: string, wrong: WrongSetting | { readonly streams: string }) {
    const { tableName, application } = this.#settings;
    return new LeaseTableError(
      `Stream ${streamName} cannot keep its leases of the application ${application} in table ${tableName}: the table ${said}`,
      remedy,
      wrong,
      { streamName },
    );
  }
}

const SECOND_STREAM =
  "Give the stream a table of its own (tableName, in a second dynamoDbCheckpoints), or use a new table with streams: 'many'.";

/** The stream that a KCL's identifier names. */
const streamIn = (prefix: string): string => /^\d+:(.+):\d+$/.exec(prefix)?.[1] ?? prefix;
