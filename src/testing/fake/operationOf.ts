import type { KinesisCommand } from '../../aws/KinesisClientLike.ts';

/** The API operation of a command; by its schema where it has one, as bundlers rename classes. */
export function operationOf(command: KinesisCommand): string {
  const { schema } = command as { readonly schema?: unknown };
  const named: unknown = Array.isArray(schema) ? schema[2] : undefined;
  return typeof named === 'string' ? named : command.constructor.name.replace(/^_+/, '').replace(/Command$/, '');
}
