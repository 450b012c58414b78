export { dynamoDbCheckpoints } from './dynamoDbCheckpoints.ts';
export type { DynamoDbCheckpointStore } from './DynamoDbCheckpointStore.ts';
export type {
  DynamoDbCheckpointsOptions,
  DynamoDbClientLike,
  LeaseTableStreams,
  ProvisionedCapacity,
} from './DynamoDbCheckpointsOptions.ts';
