import type { LeaseTableStreams } from '../../checkpoint/dynamodb/index.ts';
import { failureLine } from './failureLine.ts';
import { importPeer } from './importPeer.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { StoreFlags } from './StoreFlags.ts';
import { WrongInput } from './WrongInput.ts';

/** Longer than a worker's look at all leases takes. */
const SCAN_MS = 1_000;

/** A lease table of DynamoDB, which must be there. */
export async function openDynamoDb(flags: StoreFlags): Promise<LeaseStore> {
  const { application, tableName, initialTimestamp, dynamodbEndpoint: endpoint, region } = flags;
  const { dynamoDbCheckpoints } = await importPeer(
    '@aws-sdk/client-dynamodb',
    () => import('../../checkpoint/dynamodb/index.ts'),
  );
  try {
    const store = dynamoDbCheckpoints({
      application,
      createTable: false,
      streams: streamsIn(flags),
      client: { maxAttempts: 4, ...(endpoint !== undefined && { endpoint }), ...(region !== undefined && { region }) },
      ...(tableName !== undefined && { tableName }),
      ...(initialTimestamp && { initialTimestamp }),
    });
    return {
      kind: 'dynamodb',
      store: store as typeof store & LeaseStore['store'],
      place: `DynamoDB, table ${tableName ?? application}${endpoint === undefined ? '' : ` at ${endpoint}`}`,
      scanMs: SCAN_MS,
      naming: `--application, --stream, --table-name and ${endpoint === undefined ? '--region' : '--dynamodb-endpoint'}`,
      check: endpoint === undefined ? 'Check --region and the network.' : 'Check --dynamodb-endpoint.',
      close: () => {
        store.close();
      },
    };
  } catch (error) {
    throw new WrongInput(failureLine(error).replaceAll('tableName', '--table-name'));
  }
}

function streamsIn({ streams = 'one', stream }: StoreFlags): LeaseTableStreams {
  if (streams === 'one' || streams === 'many') return streams;
  return { [stream]: streams };
}
