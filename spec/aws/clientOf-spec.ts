import { KinesisClient } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { NEVER } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { checkClientOption, clientOf } from '../../src/aws/clientOf.ts';

describe('clientOf', () => {
  it('should take a client as it is, and leave it open', () => {
    let isDestroyed = false;
    const given = {
      send: () => NEVER,
      destroy() {
        isDestroyed = true;
      },
    };
    const { client, destroy } = clientOf(given);
    destroy();
    expect(client).to.equal(given);
    expect(isDestroyed).to.be.false;
  });

  it('should take a KinesisClient', () => {
    const given = new KinesisClient({ region: 'eu-west-1' });
    expect(clientOf(given).client).to.equal(given);
    given.destroy();
  });

  it('should make a client of a configuration, and destroy it', async () => {
    const { client, destroy } = clientOf({ region: 'eu-west-3' });
    expect(await regionOf(client)).to.equal('eu-west-3');
    destroy();
  });

  it('should make a client of nothing, in the region of the ARN', async () => {
    const { client, destroy } = clientOf(undefined, 'eu-west-2');
    expect(await regionOf(client)).to.equal('eu-west-2');
    destroy();
  });

  it('should let a configured region go before that of the ARN', async () => {
    const { client, destroy } = clientOf({ region: 'eu-west-3' }, 'eu-west-2');
    expect(await regionOf(client)).to.equal('eu-west-3');
    destroy();
  });

  it('should say what it wants when it gets neither', () => {
    expect(() => checkClientOption('eu-west-1')).to.throw(
      TypeError,
      'client must be a KinesisClient or the configuration of one; got "eu-west-1"',
    );
    expect(() => checkClientOption(null)).to.throw(TypeError, 'got null');
    expect(checkClientOption(undefined)).to.be.undefined;
  });
});

function regionOf(client: KinesisClientLike): Promise<string> {
  if (!(client instanceof KinesisClient)) throw new Error('The client is no KinesisClient.');
  return client.config.region();
}
