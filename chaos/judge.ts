import type { JournalEntry } from './Journal.ts';
import type { Disturbance } from './WorkerProcess.ts';

/** A record as it stands in the stream. */
export interface Written {
  readonly id: number;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** One process and what it wrote down. */
export interface Witness {
  readonly workerId: string;
  readonly disturbances: readonly Disturbance[];
  readonly journal: readonly JournalEntry[];
  readonly exit: number | string | undefined;
}

/** Why a record was delivered again. */
export const CAUSES = ['kill', 'pause', 'stop', 'store', 'lease', 'unexplained'] as const;
export type Cause = (typeof CAUSES)[number];

/** A time in which the store did not answer. */
export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What a run leaves behind. */
export interface Evidence {
  readonly written: readonly Written[];
  readonly witnesses: readonly Witness[];
  /** Of each shard. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly outages: readonly Outage[];
  readonly leaseMs: number;
}

export interface Verdict {
  readonly written: number;
  readonly delivered: number;
  readonly lost: number;
  readonly redelivered: Readonly<Record<Cause, number>>;
  /** What must not be, in words. */
  readonly violations: readonly string[];
  /** Milliseconds in which a shard had no reader: after a graceful stop, and after a kill. */
  readonly gapsMs: { readonly stop: readonly number[]; readonly kill: readonly number[] };
}

/** A lease from its taking to its end, as the worker tells of it. */
interface Tenure {
  readonly witness: Witness;
  readonly shardId: string;
  readonly fromMs: number;
  /** When the worker said that it had ended; it may have been killed before. */
  untilMs: number;
  lastId: bigint;
}

interface Delivery {
  readonly ms: number;
  readonly tenure: Tenure;
}

const TAKEN = ['taken', 'stolen'];

/** Compares what processes wrote down with what was written to the stream, and holds it to the contracts. */
export function judge({ written, witnesses, parents, outages, leaseMs }: Evidence): Verdict {
  const violations: string[] = [];
  const tenures: Tenure[] = [];
  const deliveries = new Map<number, Delivery[]>();
  const processed = new Set<number>();
  let delivered = 0;

  for (const witness of witnesses) {
    const current = new Map<string, Tenure>();
    for (const entry of witness.journal) {
      if (entry.type === 'processed') processed.add(entry.id);
      if (entry.type === 'failed') violations.push(`${witness.workerId} failed: ${entry.error}`);
      if (entry.type === 'lease') {
        const { shardId, ms } = entry;
        const tenure = current.get(shardId);
        if (tenure) tenure.untilMs = ms;
        current.delete(shardId);
        if (!TAKEN.includes(entry.event)) continue;
        const next = { witness, shardId, fromMs: ms, untilMs: Infinity, lastId: -1n };
        current.set(shardId, next);
        tenures.push(next);
      }
      if (entry.type === 'delivered') {
        delivered += 1;
        const tenure = current.get(entry.shardId);
        const sequenceNumber = BigInt(entry.sequenceNumber);
        if (!tenure) {
          violations.push(`${witness.workerId} delivers record ${entry.id} of ${entry.shardId} without its lease`);
          continue;
        }
        if (sequenceNumber <= tenure.lastId) {
          violations.push(`${witness.workerId} delivers record ${entry.id} of ${entry.shardId} out of order`);
        }
        tenure.lastId = sequenceNumber;
        const each = deliveries.get(entry.id) ?? [];
        each.push({ ms: entry.ms, tenure });
        deliveries.set(entry.id, each);
      }
    }
  }

  tenures.sort((a, b) => a.fromMs - b.fromMs);
  const all = [...violations, ...overlaps(tenures, deliveries), ...hasty(written, deliveries, parents)];
  return {
    written: written.length,
    delivered,
    lost: written.filter(({ id }) => !processed.has(id)).length,
    redelivered: explain(deliveries, outages, leaseMs),
    violations: all,
    gapsMs: gaps(tenures),
  };
}

/** Records that a worker delivered after another had taken their shard. */
function overlaps(tenures: readonly Tenure[], deliveries: ReadonlyMap<number, readonly Delivery[]>): string[] {
  const takings = groupBy(tenures, ({ shardId }) => shardId);
  return [...deliveries].flatMap(([id, each]) =>
    each.flatMap(({ ms, tenure: { witness, shardId, fromMs } }) => {
      const next = takings.get(shardId)?.find((other) => other.witness !== witness && other.fromMs > fromMs);
      return next && ms > next.fromMs
        ? [`${witness.workerId} delivers record ${id} of ${shardId} after ${next.witness.workerId} took it`]
        : [];
    }),
  );
}

/** Records of a shard that were delivered before all of its parents'. */
function hasty(
  written: readonly Written[],
  deliveries: ReadonlyMap<number, readonly Delivery[]>,
  parents: ReadonlyMap<string, readonly string[]>,
): string[] {
  const firstMs = (id: number) => (deliveries.get(id) ?? []).reduce((least, { ms }) => Math.min(least, ms), Infinity);
  const byShard = groupBy(written, ({ shardId }) => shardId);
  // A long run has more records than a call has room for arguments.
  const endMs = new Map(
    [...byShard].map(([id, each]) => [
      id,
      each.reduce((most, record) => Math.max(most, firstMs(record.id)), -Infinity),
    ]),
  );
  return written.flatMap(({ id, shardId }) => {
    const early = (parents.get(shardId) ?? []).filter((parent) => firstMs(id) < (endMs.get(parent) ?? -Infinity));
    return early.map((parent) => `record ${id} of ${shardId} is delivered before its parent ${parent} ends`);
  });
}

/** Counts deliveries after the first, by what happened to whoever had the record before. */
function explain(
  deliveries: ReadonlyMap<number, readonly Delivery[]>,
  outages: readonly Outage[],
  leaseMs: number,
): Record<Cause, number> {
  const counts: Record<Cause, number> = { kill: 0, pause: 0, stop: 0, store: 0, lease: 0, unexplained: 0 };
  for (const each of deliveries.values()) {
    const sorted = each.toSorted((a, b) => a.ms - b.ms);
    sorted.slice(1).forEach(({ ms }, index) => {
      const before = sorted[index];
      if (before) counts[causeOf(before, ms, outages, leaseMs)] += 1;
    });
  }
  return counts;
}

function causeOf(
  { ms, tenure: { witness, untilMs } }: Delivery,
  againMs: number,
  outages: readonly Outage[],
  leaseMs: number,
): Cause {
  const between = witness.disturbances.findLast(({ fromMs, untilMs: end }) => fromMs < againMs && end > ms);
  if (between) return between.kind;
  const isOut = outages.some((outage) => outage.fromMs < untilMs && untilMs < outage.untilMs + leaseMs);
  if (isOut && untilMs < againMs) return 'store';
  return untilMs < againMs ? 'lease' : 'unexplained';
}

/** How long shards had no reader after their worker was stopped, or killed. */
function gaps(tenures: readonly Tenure[]): Verdict['gapsMs'] {
  const found: { stop: number[]; kill: number[] } = { stop: [], kill: [] };
  for (const { witness, shardId, fromMs, untilMs } of tenures) {
    const end = witness.disturbances.find(({ kind }) => kind !== 'pause');
    if (!end || (end.kind !== 'stop' && end.kind !== 'kill')) continue;
    if (untilMs < end.fromMs) continue;
    const next = tenures.find((each) => each.shardId === shardId && each.fromMs > fromMs && each.witness !== witness);
    if (!next) continue;
    const goneMs = end.kind === 'kill' ? end.fromMs : untilMs;
    found[end.kind].push(Math.max(0, next.fromMs - goneMs));
  }
  return found;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
