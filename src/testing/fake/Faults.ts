import { Fault, type FaultedCall, type FaultEffect, type FaultTrigger } from './Fault.ts';
import type { EntryRefusal, FakeService, FaultGate } from './FakeService.ts';
import type { FakeShard } from './FakeShard.ts';
import type { FakeStream } from './FakeStream.ts';

const THROTTLED = 'ProvisionedThroughputExceededException';

/** What the faults have in store for one call. */
export interface CallFate {
  delayMs: number;
  /** The fault that ends the call before or after its effect, if any. */
  ending: Extract<FaultEffect, { kind: 'fail' | 'hang' | 'cut' }> | undefined;
}

/** All faults of one fake, in the order they were given; those that are spent are forgotten. */
export class Faults implements FaultGate {
  readonly #service: FakeService;
  readonly #random: () => number;
  #faults: Fault[] = [];

  constructor(service: FakeService, random: () => number) {
    this.#service = service;
    this.#random = random;
  }

  add(trigger: FaultTrigger, effect: FaultEffect): Fault {
    const fault = new Fault(trigger, effect, this.#random);
    this.#faults = [...this.#faults.filter((each) => !each.isSpent), fault];
    return fault;
  }

  get isAny(): boolean {
    return this.#faults.length > 0;
  }

  clear(): void {
    for (const fault of this.#faults) fault.isCancelled = true;
    this.#faults = [];
  }

  fateOf(call: FaultedCall): CallFate {
    const fate: CallFate = { delayMs: 0, ending: undefined };
    for (const fault of this.#faults) {
      const { effect } = fault;
      if (effect.kind === 'delay') {
        if (fault.strikes(call)) fate.delayMs += effect.ms;
      } else if (effect.kind === 'fail' || effect.kind === 'hang' || effect.kind === 'cut') {
        if (!fate.ending && fault.strikes(call)) fate.ending = effect;
      }
    }
    return fate;
  }

  refusesEntry(stream: FakeStream, shard: FakeShard, isBatch: boolean): EntryRefusal | undefined {
    for (const fault of this.#faults) {
      const { effect } = fault;
      if (effect.kind === 'throttle' && effect.writes && this.#throttles(fault, effect, 'PutRecord', stream, shard)) {
        return { code: THROTTLED, message: this.#service.rateExceeded(shard, stream) };
      }
      if (effect.kind === 'entry' && isBatch && fault.strikes(callOn('PutRecords', stream, shard))) return effect;
    }
    return undefined;
  }

  refusesRead(stream: FakeStream, shard: FakeShard): boolean {
    return this.#faults.some(
      (fault) =>
        fault.effect.kind === 'throttle' &&
        fault.effect.reads &&
        this.#throttles(fault, fault.effect, 'GetRecords', stream, shard),
    );
  }

  emptiesRead(stream: FakeStream, shard: FakeShard): boolean {
    return this.#faults.some(
      (fault) => fault.effect.kind === 'empty' && fault.strikes(callOn('GetRecords', stream, shard)),
    );
  }

  #throttles(
    fault: Fault,
    { until }: Extract<FaultEffect, { kind: 'throttle' }>,
    operation: string,
    stream: FakeStream,
    shard: FakeShard,
  ): boolean {
    if (this.#service.now >= until) {
      fault.isCancelled = true;
      return false;
    }
    return fault.strikes(callOn(operation, stream, shard));
  }
}

const callOn = (operation: string, stream: FakeStream, shard: FakeShard): FaultedCall => ({
  operation,
  streamName: () => stream.name,
  shards: () => [shard.id],
});
