import { expect } from 'chai';
import { tap } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { shard, textOf, workbench } from './workbench.ts';

describe('fromKinesis, stopped between two records of an answer', () => {
  it('should not wait for those that it never delivered', () => {
    const { clock, put, read } = workbench();
    put(shard(0), 'one', 'two', 'three');
    const stop = new AbortController();
    const abort = tap((record: KinesisRecord) => {
      if (textOf(record) === 'two') stop.abort();
    });
    const reader = read({ until: stop.signal, pipe: (source) => source.pipe(abort, checkpoint()) });
    clock.pass(1_000);

    expect(reader.delivered).to.deep.equal(['one', 'two']);
    expect(reader.isComplete).to.equal(true);
  });
});
