import type { Metric, Registry } from 'prom-client';
import type { Family } from './Family.ts';
import { type FamilyType, type Series } from './Family.ts';

const byRegistry = new WeakMap<Registry, RegistryFamilies>();

/** What collectors have registered in one registry, and share. */
export class RegistryFamilies {
  readonly #registry: Registry;
  readonly #families = new Map<string, { readonly family: Family; readonly shape: string }>();
  #users = 0;

  private constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Those of a registry, with one more user of them. */
  static of(registry: Registry): RegistryFamilies {
    let families = byRegistry.get(registry);
    if (!families) byRegistry.set(registry, (families = new RegistryFamilies(registry)));
    families.#users += 1;
    return families;
  }

  /**
   * The metric of that name; `make` makes it if there is none.
   *
   * @param shape what has to be the same for all who share the metric, to be read by people
   * @throws TypeError when the registry has another of that name
   */
  family<S extends Series>(name: string, type: FamilyType, shape: string, make: () => Family<S>): Family<S> {
    const known = this.#families.get(name);
    // A registry that was cleared has it no more.
    if (known && this.#registry.getSingleMetric(name) !== undefined) {
      if (known.family.type !== type || known.shape !== shape) {
        throw new TypeError(
          `metric ${name} is a ${known.family.type}${known.shape} in this registry, and cannot be a ${type}${shape}, too`,
        );
      }
      return known.family as Family<S>;
    }
    if (this.#registry.getSingleMetric(name) !== undefined) {
      throw new TypeError(
        `the registry has a metric ${name} that is not this library's: give prometheusCollector a namespace, or another registry`,
      );
    }
    const family = make();
    this.#registry.registerMetric(family as unknown as Metric);
    this.#families.set(name, { family, shape });
    return family;
  }

  /** One user less; without any the metrics leave the registry. */
  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    for (const [name, { family }] of this.#families) {
      if ((this.#registry.getSingleMetric(name) as unknown) === family) this.#registry.removeSingleMetric(name);
    }
    this.#families.clear();
  }
}
