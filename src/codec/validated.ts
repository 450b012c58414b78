import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe } from '../internal/checkNumber.ts';
import { checkCodec } from './checkCodec.ts';
import type { Codec } from './Codec.ts';
import { namePath } from './namePath.ts';

/**
 * Checks what a codec reads and writes against a schema: of zod, valibot, arktype, or any other that implements Standard Schema (https://standardschema.dev).
 *
 * **Reading.** What the codec decoded is validated, and the schema's _output_ is the value: defaults are filled in, coercions and transforms are done, and unknown
 * fields are gone if the schema strips them.
 *
 * **Writing.** The value must be valid _input_ of the schema, and is then written as it was given, so that whoever reads with the same schema can read it, and
 * transforms are done once. So a schema whose output is not its input, such as one that turns a string into a `Date`, reads only: encoding its output throws,
 * and a transform that keeps the type, such as one that doubles a number, gives back something else than was written. Write with a schema without
 * the transform.
 *
 * Both throw a `TypeError` that lists the issues with their paths, at most 10 of them; all are its `cause`. A codec is synchronous: for a schema that answers with a
 * Promise both throw a `TypeError`, as for one whose answer is no result at all. Validate with `processRecords` what has to wait.
 *
 * @throws TypeError when an argument is wrong
 *
 * @example
 * ```ts
 * import { fromKinesis, json, validated } from 'rxjs-kinesis';
 * import * as z from 'zod';
 *
 * const Order = z.object({ id: z.string(), total: z.number().positive() });
 *
 * fromKinesis('orders', { codec: validated(json(), Order), poison: 'skip' }).subscribe(({ data }) => console.log(data.total));
 * ```
 */
export function validated<S extends StandardSchemaV1>(
  codec: Codec<unknown>,
  schema: S,
): Codec<StandardSchemaV1.InferOutput<S>> {
  checkCodec(codec, 'validated');
  const validate = validatorOf(schema);
  return {
    name: `validated(${codec.name})`,
    decode: (data, context) => validate(codec.decode(data, context)),
    encode(value, context) {
      validate(value);
      return codec.encode(value, context);
    },
  };
}

const MAX_ISSUES = 10;

function validatorOf(schema: StandardSchemaV1): (value: unknown) => unknown {
  const standard = (Object(schema) as Partial<StandardSchemaV1>)['~standard'];
  if (typeof standard?.validate !== 'function') {
    throw new TypeError(
      `the schema must be a Standard Schema, such as one of zod 3.24, valibot 1, arktype 2 or later; got ${describe(schema)}`,
    );
  }
  return (value) => {
    const result: unknown = standard.validate(value);
    if (isThenable(result)) {
      // Nobody waits for it, so nobody else would hear of its rejection.
      Promise.resolve(result).catch(() => undefined);
      throw new TypeError(
        `the schema (${standard.vendor}) answers with a Promise, and a codec cannot wait: leave it out of the codec, and validate with processRecords`,
      );
    }
    if (!isResult(result)) {
      throw new TypeError(
        `the schema (${standard.vendor}) must answer with a value or a list of issues, as Standard Schema has it; got ${describe(result)}`,
      );
    }
    if (!result.issues) return result.value;
    throw new TypeError(`the value does not fit the schema (${standard.vendor}): ${nameIssues(result.issues)}`, {
      cause: result.issues,
    });
  };
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (Object(answer) as Partial<PromiseLike<unknown>>).then === 'function';
}

function isResult(answer: unknown): answer is StandardSchemaV1.Result<unknown> {
  const result = Object(answer) as { readonly issues?: unknown };
  return result.issues ? Array.isArray(result.issues) : 'value' in result;
}

function nameIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  if (issues.length === 0) return 'it names no issue';
  const named = issues.slice(0, MAX_ISSUES).map(({ message, path = [] }) => {
    const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
    return `${namePath(keys)}: ${message}`;
  });
  const rest = issues.length - named.length;
  return named.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
