import { openDynamoDb } from './openDynamoDb.ts';
import { openRedis } from './openRedis.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { StoreFlags } from './StoreFlags.ts';
import { WrongInput } from './WrongInput.ts';

const OF_REDIS = { redisUrl: '--redis-url', cluster: '--cluster', prefix: '--prefix' } as const;
const OF_DYNAMODB = {
  tableName: '--table-name',
  streams: '--streams',
  initialTimestamp: '--initial-timestamp',
  dynamodbEndpoint: '--dynamodb-endpoint',
} as const;

/** Opens the store that is asked for; or else the one that options are given of; or else Redis if there is a `REDIS_URL`, and DynamoDB. */
export async function openStore(flags: StoreFlags, env: NodeJS.ProcessEnv = process.env): Promise<LeaseStore> {
  const ofRedis = given(flags, OF_REDIS);
  const ofDynamoDb = given(flags, OF_DYNAMODB);
  const kind = flags.store ?? (ofRedis ? 'redis' : ofDynamoDb ? 'dynamodb' : env.REDIS_URL ? 'redis' : 'dynamodb');
  if (!flags.store && ofRedis && ofDynamoDb) {
    throw new WrongInput(
      `${ofRedis} is for a store in Redis, and ${ofDynamoDb} for one in DynamoDB. Leave one of them out.`,
    );
  }
  const foreign = kind === 'redis' ? ofDynamoDb : ofRedis;
  if (foreign !== undefined) {
    const [here, there] = kind === 'redis' ? ['Redis', 'DynamoDB'] : ['DynamoDB', 'Redis'];
    throw new WrongInput(
      `${foreign} is for a store in ${there}, and this one is in ${here}. Leave it out, or give another --store.`,
    );
  }
  return kind === 'redis' ? openRedis(flags, urlsIn(flags, env)) : openDynamoDb(flags);
}

function urlsIn({ redisUrl }: StoreFlags, env: NodeJS.ProcessEnv): readonly string[] {
  if (redisUrl) return redisUrl;
  const url = env.REDIS_URL;
  const wanted = 'redis://host:port, or rediss://host:port for TLS';
  if (!url) throw new WrongInput(`A store in Redis needs --redis-url, or REDIS_URL in the environment: ${wanted}.`);
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return [url];
  throw new WrongInput(`REDIS_URL in the environment must be ${wanted}.`);
}

function given<K extends keyof StoreFlags>(flags: StoreFlags, names: Readonly<Record<K, string>>): string | undefined {
  return (Object.keys(names) as K[]).filter((key) => flags[key] !== undefined).map((key) => names[key])[0];
}
