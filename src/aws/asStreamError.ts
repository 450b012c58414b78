import { KinesisStreamError } from '../errors/KinesisStreamError.ts';

/** The error as it is, if it is one of this library; else one that carries it as its cause. */
export function asStreamError(error: unknown): KinesisStreamError {
  return error instanceof KinesisStreamError ? error : new KinesisStreamError(String(error), { cause: error });
}
