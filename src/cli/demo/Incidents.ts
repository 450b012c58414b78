import { Subject } from 'rxjs';
import type { Diagnostic } from '../../index.ts';
import { shortName } from './shortName.ts';

/** Picks what is worth a line out of the library's diagnostics, and counts the rest. */
export class Incidents {
  readonly notes = new Subject<string>();
  #failedReads = 0;
  #refusedWrites = 0;
  #crashedAt: number | undefined;
  #takeoverSeconds: number | undefined;

  /** What to say at the end. */
  get remarks(): string[] {
    const takeover = this.#takeoverSeconds?.toFixed(1);
    return [
      `${this.#failedReads} reads failed and were made again; ${this.#refusedWrites} records were refused and written again.`,
      ...(takeover === undefined ? [] : [`After the crash the first shard was without a reader for ${takeover} s.`]),
    ];
  }

  crash(): void {
    this.#crashedAt = performance.now();
    this.notes.next('reader 1 crashes: what it has in hand and has not checkpointed will come again');
  }

  hearWriter(diagnostic: Diagnostic): void {
    if (diagnostic.type === 'refused') this.#refusedWrites += diagnostic.records;
  }

  hearReader(diagnostic: Diagnostic, number: number): void {
    if (diagnostic.type === 'readFailed') this.#failedReads++;
    if (diagnostic.type === 'resharded') {
      const [parents, children] = [diagnostic.parentShardIds, diagnostic.childShardIds].map(list);
      this.notes.next(`reader ${number} sees: ${parents} became ${children}`);
    }
    if (diagnostic.type === 'iterator' && number > 1 && this.#takeoverSeconds === undefined) this.#noteTakeover(number);
  }

  #noteTakeover(number: number): void {
    this.#takeoverSeconds = (performance.now() - (this.#crashedAt ?? 0)) / 1_000;
    this.notes.next(`reader ${number} takes over, as the leases of reader ${number - 1} have run out`);
  }
}

const list = (shardIds: readonly string[]) => `shard ${shardIds.map(shortName).join(' and ')}`;
