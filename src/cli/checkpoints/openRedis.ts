import type { Cluster, ClusterOptions, Redis } from 'ioredis';
import { redisCheckpoints } from '../../checkpoint/redis/index.ts';
import { failureLine } from './failureLine.ts';
import { importPeer } from './importPeer.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { StoreFlags } from './StoreFlags.ts';
import { WrongInput } from './WrongInput.ts';

const TIMEOUT_MS = 5_000;
/** Few reconnections: who waits at a terminal wants to hear why. */
const IMPATIENT = {
  lazyConnect: true,
  connectTimeout: TIMEOUT_MS,
  commandTimeout: TIMEOUT_MS,
  maxRetriesPerRequest: 1,
  retryStrategy: (times: number) => (times > 3 ? null : 100),
} as const;

/** Connects to a Redis, or to a cluster of which these are nodes. */
export async function openRedis(flags: StoreFlags, urls: readonly string[]): Promise<LeaseStore> {
  const ioredis = await importPeer('ioredis', () => import('ioredis'));
  const nodes = urls.map((url) => new URL(url));
  const isCluster = flags.cluster === true || nodes.length > 1;
  const place = `${isCluster ? 'the Redis cluster' : 'Redis'} at ${nodes.map(hostIn).join(', ')}`;
  const client = isCluster
    ? new ioredis.Cluster(
        nodes.map((node) => node.href),
        clusterOptions(nodes[0]),
      )
    : new ioredis.Redis(urls[0] ?? '', IMPATIENT);
  try {
    const { application, prefix } = flags;
    const store = storeOver(client, { application, ...(prefix !== undefined && { prefix }) });
    await connect(client, place);
    return {
      kind: 'redis',
      store,
      place,
      // One script reads them all, in one atomic step.
      scanMs: 0,
      naming: '--application, --stream, --prefix and --redis-url',
      check: 'Check --redis-url, or REDIS_URL.',
      close: () => {
        client.disconnect();
      },
    };
  } catch (error) {
    client.disconnect();
    throw error;
  }
}

function storeOver(redis: Redis | Cluster, options: { readonly application: string; readonly prefix?: string }) {
  try {
    return redisCheckpoints({ ...options, redis }) as LeaseStore['store'];
  } catch (error) {
    throw new WrongInput(failureLine(error));
  }
}

/** All that a URL says but the host is said once, for the nodes that the cluster tells of as well. */
function clusterOptions(node: URL | undefined) {
  const isSecure = node?.protocol === 'rediss:';
  const redisOptions = {
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    ...(node?.username && { username: decodeURIComponent(node.username) }),
    ...(node?.password && { password: decodeURIComponent(node.password) }),
    ...(isSecure && { tls: {} }),
  };
  return {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: TIMEOUT_MS,
    redisOptions,
    // A certificate names hosts, not addresses.
    ...(isSecure && {
      dnsLookup: (address, callback) => {
        callback(null, address);
      },
    }),
  } satisfies ClusterOptions;
}

async function connect(client: Redis | Cluster, place: string): Promise<void> {
  let told: unknown;
  client.on('error', (error: unknown) => {
    told = error;
  });
  try {
    await client.connect();
  } catch (error) {
    const why = failureLine((error as { readonly lastNodeError?: unknown }).lastNodeError ?? told ?? error);
    const said = why.replace(/\.$/, '');
    const outcome = /^(WRONGPASS|NOAUTH)\b/.test(said) ? 'refused the user or the password' : 'cannot be reached';
    throw new Error(`${place} ${outcome}: ${said}. Check --redis-url, or REDIS_URL.`, { cause: error });
  }
}

const hostIn = ({ hostname, port, pathname }: URL) =>
  `${hostname || 'localhost'}:${port || '6379'}${pathname === '/' ? '' : pathname}`;
