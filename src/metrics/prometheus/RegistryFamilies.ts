import type { Metric, Registry } from 'prom-client';
import type { MetricLabels, MetricsCollector } from '../MetricsCollector.ts';
import type { Family, FamilyType, Series } from './Family.ts';

interface Shared {
  readonly family: Family;
  readonly shape: string;
  readonly users: Set<object>;
}

interface Identity {
  readonly remove: Required<MetricsCollector>['remove'];
  readonly users: Set<object>;
}

const byRegistry = new WeakMap<Registry, RegistryFamilies>();

/** What collectors have registered in one registry, and share. */
export class RegistryFamilies {
  readonly #registry: Registry;
  readonly #shared = new Map<string, Shared>();
  readonly #identities = new Map<string, Identity>();

  private constructor(registry: Registry) {
    this.#registry = registry;
  }

  static of(registry: Registry): RegistryFamilies {
    let families = byRegistry.get(registry);
    if (!families) byRegistry.set(registry, (families = new RegistryFamilies(registry)));
    return families;
  }

  /**
   * The metric of that name, which `user` uses from now on; `make` makes it if there is none.
   *
   * @param shape what has to be the same for all who share the metric, to be read by people
   * @throws TypeError when the registry has another of that name
   */
  family<S extends Series>(
    user: object,
    name: string,
    type: FamilyType,
    shape: string,
    make: () => Family<S>,
  ): Family<S> {
    const registered = this.#registry.getSingleMetric(name) as unknown;
    const known = this.#shared.get(name);
    // A registry that was cleared has it no more.
    if (known && registered === known.family) {
      if (known.family.type !== type || known.shape !== shape) {
        throw new TypeError(
          `metric ${name} is a ${known.family.type}${known.shape} in this registry, and cannot be a ${type}${shape}, too`,
        );
      }
      known.users.add(user);
      return known.family as Family<S>;
    }
    if (registered !== undefined) {
      throw new TypeError(
        `the registry has a metric ${name} that is not this library's: give prometheusCollector a namespace, or another registry`,
      );
    }
    const family = make();
    this.#registry.registerMetric(family as unknown as Metric);
    this.#shared.set(name, { family, shape, users: new Set([user]) });
    return family;
  }

  /** What all users have in common whose metrics and constant labels are the same: it removes series that any of them reports. */
  identity(user: object, prefix: string, constant: MetricLabels): Identity {
    const key = JSON.stringify([prefix, Object.entries(constant).sort()]);
    const identity = this.#identities.get(key) ?? {
      remove: (metric, labels) => this.#shared.get(prefix + metric)?.family.remove({ ...constant, ...labels }),
      users: new Set(),
    };
    this.#identities.set(key, identity);
    identity.users.add(user);
    return identity;
  }

  /** Takes the metrics out of the registry that nobody but `user` uses, and such series of other gauges: what was counted stays. */
  leave(user: object): void {
    for (const [name, { family, users }] of this.#shared) {
      if (!users.delete(user)) continue;
      family.leave(user);
      if (users.size > 0) continue;
      this.#shared.delete(name);
      if ((this.#registry.getSingleMetric(name) as unknown) === family) this.#registry.removeSingleMetric(name);
    }
    for (const [key, { users }] of this.#identities) {
      if (users.delete(user) && users.size === 0) this.#identities.delete(key);
    }
  }
}
