/** Which leases a command is about, and where they are. */
export interface StoreFlags {
  readonly application: string;
  /** A name; of an ARN only the name is left. */
  readonly stream: string;
  readonly store?: 'redis' | 'dynamodb';
  readonly redisUrl?: readonly string[];
  readonly cluster?: boolean;
  readonly prefix?: string;
  readonly tableName?: string;
  readonly streams?: string;
  readonly initialTimestamp?: Date;
  readonly dynamodbEndpoint?: string;
  readonly region?: string;
}
