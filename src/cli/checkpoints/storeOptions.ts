import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseTime } from './parseTime.ts';

/** Gives a command the options that say which leases it is about, and where they are. */
export function storeOptions(command: Command): Command {
  return command
    .requiredOption('--application <name>', 'the application, as the store was given it')
    .requiredOption('--stream <name>', 'the stream, by its name or its ARN', parseStreamName)
    .addOption(
      new Option(
        '--store <kind>',
        'where the leases are; default: Redis with a URL of one, and DynamoDB without',
      ).choices(['redis', 'dynamodb']),
    )
    .option(
      '--redis-url <url>',
      'redis://[user:password@]host[:port][/db], or rediss:// for TLS; default: REDIS_URL; nodes of a cluster if given again',
      parseRedisUrl,
    )
    .option('--cluster', 'the Redis is a cluster')
    .option('--prefix <text>', 'how keys in Redis begin, where the store was given another than its default')
    .option('--table-name <name>', "the table in DynamoDB, where it is not the application's name")
    .option(
      '--streams <whose>',
      "whose leases the table holds: one, many, or the KCL's identifier of the stream, such as 123456789012:orders:1700000000",
    )
    .option('--initial-timestamp <time>', 'where leases begin that a KCL created with AT_TIMESTAMP', parseTime)
    .option('--dynamodb-endpoint <url>', 'the DynamoDB to ask, where it is not that of AWS', parseEndpoint)
    .option('--region <region>', 'the region of AWS; default: that of the environment');
}

/** Reads a URL of an HTTP service. */
export function parseEndpoint(given: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw new InvalidArgumentError('It must be a URL, such as http://localhost:8000.');
}

function parseStreamName(given: string): string {
  const [, name] = /^(?:arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/)?([a-zA-Z0-9_.-]{1,128})$/.exec(given) ?? [];
  if (name !== undefined) return name;
  throw new InvalidArgumentError('It must be 1 to 128 letters, digits, _, . or -, or the ARN of a stream.');
}

function parseRedisUrl(given: string, before: readonly string[] = []): readonly string[] {
  if (URL.canParse(given) && /^rediss?:$/.test(new URL(given).protocol)) return [...before, given];
  throw new InvalidArgumentError('It must be redis://host:port, or rediss://host:port for TLS.');
}
