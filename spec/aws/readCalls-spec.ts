import { expect } from 'chai';
import { asyncScheduler, lastValueFrom, toArray } from 'rxjs';
import { listShardPages } from '../../src/aws/readCalls.ts';
import { streamTarget } from '../../src/aws/streamTarget.ts';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';

const site = { target: streamTarget('orders'), deadline: { timeoutMs: 1_000, scheduler: asyncScheduler } };

/** Lists a stream of so many pages, and tells what was asked for. */
async function list(pages: number, tokenOf = (page: number) => `page ${page}`) {
  const inputs: object[] = [];
  const send = (command: { readonly input: object }) => {
    inputs.push(command.input);
    const isLast = inputs.length >= pages;
    return Promise.resolve({
      Shards: [{ ShardId: String(inputs.length) }],
      ...(!isLast && { NextToken: tokenOf(inputs.length) }),
    });
  };
  const listing = lastValueFrom(listShardPages({ send: send as never }, site).pipe(toArray()));
  const outcome = await listing.then(
    (all) => all.length,
    (error: unknown) => error,
  );
  return { outcome, inputs };
}

describe('listShardPages', () => {
  it('should ask for page after page, the first by name and the others by token', async () => {
    const { outcome, inputs } = await list(3);
    expect(outcome).to.equal(3);
    expect(inputs).to.deep.equal([{ StreamName: 'orders' }, { NextToken: 'page 1' }, { NextToken: 'page 2' }]);
  });

  it('should take 1,000 pages, and error at one more rather than ask for ever', async () => {
    expect((await list(1_000)).outcome).to.equal(1_000);
    const { outcome, inputs } = await list(Infinity);
    expect(outcome).to.be.instanceOf(KinesisServiceError);
    expect(outcome).to.include({ kind: 'fatal', retryable: false });
    expect(inputs).to.have.lengthOf(1_000);
  });

  it('should error with what passes when a page names itself as the next', async () => {
    const { outcome, inputs } = await list(Infinity, (page) => `page ${Math.min(page, 2)}`);
    expect(outcome).to.be.instanceOf(KinesisServiceError).and.to.include({ kind: 'transient', retryable: true });
    expect(inputs).to.have.lengthOf(3);
  });
});
