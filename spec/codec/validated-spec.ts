import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type } from 'arktype';
import { expect } from 'chai';
import fc from 'fast-check';
import * as v from 'valibot';
import * as z from 'zod';
import type { Codec } from '../../src/codec/Codec.ts';
import { json } from '../../src/codec/json.ts';
import { jsonLines } from '../../src/codec/jsonLines.ts';
import { validated } from '../../src/codec/validated.ts';
import { context } from './context.ts';
import { survivesAnything } from './survivesAnything.ts';

interface Order {
  readonly id: string;
  readonly lines: readonly { readonly price: number }[];
}

const schemas = {
  zod: z.object({ id: z.string(), lines: z.array(z.object({ price: z.number() })) }),
  valibot: v.object({ id: v.string(), lines: v.array(v.object({ price: v.number() })) }),
  arktype: type({ id: 'string', lines: type({ price: 'number' }).array() }),
} satisfies Record<string, StandardSchemaV1<unknown, Order>>;

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('validated', () => {
  for (const [vendor, schema] of Object.entries(schemas)) {
    it(`should read and write what fits a schema of ${vendor}`, () => {
      const codec: Codec<Order> = validated(json(), schema as StandardSchemaV1<unknown, Order>);
      fc.assert(
        fc.property(
          fc.record(
            { id: fc.string(), lines: fc.array(fc.record({ price: fc.integer() }, { noNullPrototype: true })) },
            { noNullPrototype: true },
          ),
          (order) => {
            expect(codec.decode(codec.encode(order, context), context)).to.deep.equal(order);
          },
        ),
      );
    });

    it(`should name the issues of ${vendor} with their paths, and have them as the cause`, () => {
      const codec = validated(json(), schema);
      const wrong = { id: 7, lines: [{ price: 1 }, { price: 'two' }] };
      for (const act of [() => codec.decode(bytesOf(wrong), context), () => codec.encode(wrong as never, context)]) {
        expect(act)
          .to.throw(
            TypeError,
            new RegExp(
              `^the value does not fit the schema \\(${vendor}\\): value\\.id: .+; value\\.lines\\[1\\]\\.price: .+`,
            ),
          )
          .with.property('cause')
          .that.has.lengthOf(2);
      }
    });
  }

  it("should read the schema's output, and write the value as it was given", () => {
    const codec = validated(json(), z.object({ count: z.number().default(1), name: z.string().trim() }));
    expect(codec.decode(bytesOf({ name: ' a ', more: 1 }), context)).to.deep.equal({ count: 1, name: 'a' });
    const given = { count: 2, name: ' b ' };
    expect(Buffer.from(codec.encode(given, context)).toString()).to.equal('{"count":2,"name":" b "}');
  });

  it('should read through a transform that changes the type, and refuse to write its output', () => {
    const codec = validated(json(), z.object({ at: z.string().transform((at) => new Date(at)) }));
    const read = codec.decode(bytesOf({ at: '2026-01-02T03:04:05Z' }), context);
    expect(read.at.getTime()).to.equal(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(() => codec.encode(read, context)).to.throw(TypeError, 'value.at: ');
  });

  it('should stand around any codec, and be named after it', () => {
    const codec = validated(jsonLines(), z.array(z.number()));
    expect(codec.name).to.equal('validated(jsonLines)');
    expect(codec.decode(codec.encode([1, 2], context), context)).to.deep.equal([1, 2]);
    expect(() => codec.decode(Buffer.from('1\n"a"\n'), context)).to.throw(TypeError, 'value[1]: ');
    expect(() => codec.decode(Buffer.from('1\n{'), context)).to.throw(SyntaxError, 'line 2');
  });

  it('should give the codec the context', () => {
    const seen: unknown[] = [];
    const own: Codec<unknown> = {
      name: 'own',
      decode: (_, given) => seen.push(given),
      encode: (_, given) => Buffer.from([seen.push(given)]),
    };
    validated(own, z.unknown()).decode(Buffer.of(1), context);
    validated(own, z.unknown()).encode(1, context);
    expect(seen).to.deep.equal([context, context]);
  });

  it('should name paths of every kind, and 10 issues at most', () => {
    const path = ['a b', { key: 'c' }, 0, Symbol('s')];
    const codec = validated(json(), custom({ issues: [{ message: 'whole' }, { message: 'deep', path }] }));
    expect(() => codec.decode(bytesOf(1), context)).to.throw('(own): value: whole; value["a b"].c[0][Symbol(s)]: deep');
    const many = validated(json(), custom({ issues: Array.from({ length: 12 }, (_, n) => ({ message: `m${n}` })) }));
    expect(() => many.decode(bytesOf(1), context)).to.throw(/: value: m0; .*; value: m9; and 2 more$/);
    expect(() => validated(json(), custom({ issues: [] })).decode(bytesOf(1), context)).to.throw(
      TypeError,
      /^the value does not fit the schema \(own\): it names no issue$/,
    );
  });

  it('should refuse a schema that answers with a Promise, and say where it can be used', async () => {
    const later = z.string().refine(() => Promise.resolve(true));
    const message =
      'answers with a Promise, and a codec cannot wait: leave it out of the codec, and validate with processRecords';
    expect(() => validated(json(), later).decode(bytesOf('a'), context)).to.throw(
      TypeError,
      `the schema (zod) ${message}`,
    );
    const rejections: unknown[] = [];
    const listen = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', listen);
    const rejecting = validated(json(), custom(Promise.reject(new Error('late'))));
    expect(() => rejecting.encode(1, context)).to.throw(TypeError, message);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(rejections).to.deep.equal([]);
  });

  it('should refuse a schema that answers with what only has a then', () => {
    const codec = validated(json(), custom({ then: () => undefined } as unknown as Promise<never>));
    expect(() => codec.decode(bytesOf(1), context)).to.throw(TypeError, 'the schema (own) answers with a Promise');
  });

  for (const [answer, named] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['ok', '"ok"'],
    [{ issues: 'wrong' }, 'an object'],
    [{}, 'an object'],
  ] as const) {
    it(`should refuse a schema that answers ${JSON.stringify(answer)}`, () => {
      const codec = validated(json(), custom(answer as never));
      const message = `the schema (own) must answer with a value or a list of issues, as Standard Schema has it; got ${named}`;
      expect(() => codec.decode(bytesOf(1), context)).to.throw(TypeError, message);
      expect(() => codec.encode(1, context)).to.throw(TypeError, message);
    });
  }

  it('should throw an Error or read a value, whatever the bytes', () => {
    survivesAnything(validated(json(), schemas.zod), ['{"id":', '"a"', ',"lines":[', '{"price":1}', ']', '}']);
  });

  it('should refuse what is no schema, and no codec', () => {
    expect(() => validated(json(), {} as StandardSchemaV1)).to.throw(
      TypeError,
      'the schema must be a Standard Schema, such as one of zod 3.24, valibot 1, arktype 2 or later; got an object',
    );
    expect(() => validated(json(), null as unknown as StandardSchemaV1)).to.throw(TypeError, 'got null');
    expect(() => validated({} as Codec<unknown>, schemas.zod)).to.throw(TypeError, 'validated needs a codec');
  });

  it("should have the schema's output as its type", () => {
    const orders: Codec<{ id: string; lines: { price: number }[] }> = validated(json(), schemas.valibot);
    const dates: Codec<Date> = validated(
      json(),
      z.string().transform((at) => new Date(at)),
    );
    // @ts-expect-error: the output is a Date
    const strings: Codec<string> = validated(
      json(),
      z.string().transform((at) => new Date(at)),
    );
    expect([orders, dates, strings]).to.have.lengthOf(3);
  });
});

function custom(
  result: StandardSchemaV1.Result<unknown> | Promise<StandardSchemaV1.Result<unknown>>,
): StandardSchemaV1<unknown, unknown> {
  return { '~standard': { version: 1, vendor: 'own', validate: () => result } };
}
