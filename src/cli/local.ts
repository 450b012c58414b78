import { type Command, InvalidArgumentError } from 'commander';
import { firstValueFrom } from 'rxjs';
import { LocalKinesis } from '../testing/index.ts';
import { integerOption } from './integerOption.ts';
import { parseStream, type Streams } from './parseStream.ts';
import { untilSignal } from './untilSignal.ts';

interface LocalOptions {
  readonly port: number;
  readonly host: string;
  readonly stream?: Streams;
}

/** `rxjs-kinesis local`: a Kinesis in memory behind HTTP, until SIGINT or SIGTERM. */
export function local(program: Command): void {
  program
    .command('local')
    .summary('run a Kinesis in memory, for any SDK')
    .description('Runs a Kinesis in memory behind HTTP, for any SDK in any language, until SIGINT or SIGTERM.')
    .addOption(
      integerOption('--port <port>', 'where it listens, 0 for any that is free', {
        min: 0,
        max: 65_535,
        default: 4567,
      }),
    )
    .option('--host <address>', 'the address it listens on', parseHost, '127.0.0.1')
    .option(
      '--stream <name:shards>',
      'a stream that exists from the start; without :shards it has 1 shard; may be given again',
      parseStream,
    )
    .action(serve);
}

async function serve({ port, host, stream: streams = {} }: LocalOptions): Promise<void> {
  const stopped = firstValueFrom(untilSignal());
  await using server = await LocalKinesis.start({ port, host, streams });
  console.log(welcome(server, streams));
  await stopped;
}

function welcome({ endpoint, clientConfig }: LocalKinesis, streams: Streams): string {
  const { region, credentials } = clientConfig;
  const names = Object.entries(streams).map(([name, { shards }]) => `${name} (shards: ${shards})`);
  return `Kinesis in memory at ${endpoint}
streams: ${names.join(', ') || 'none yet; use CreateStream, or --stream orders:4'}

  new KinesisClient({
    endpoint: '${endpoint}',
    region: '${region}',
    credentials: { accessKeyId: '${credentials.accessKeyId}', secretAccessKey: '${credentials.secretAccessKey}' },
  })

  aws --endpoint-url ${endpoint} --region ${region} kinesis list-streams

Ctrl-C stops it, and what it holds is gone.`;
}

function parseHost(given: string): string {
  if (given.trim() === '') throw new InvalidArgumentError('It must be an address, such as 127.0.0.1 or 0.0.0.0.');
  return given;
}
