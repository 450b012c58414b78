import type { Order } from './Order.ts';

const CUSTOMERS = 400;

/** Returns what makes the next order at each call, for a customer drawn at random. */
export function orderMaker(random: () => number): () => Order {
  const sequences = new Map<string, number>();
  let id = 0;
  return () => {
    const customer = `customer-${String(Math.floor(random() * CUSTOMERS)).padStart(3, '0')}`;
    const sequence = (sequences.get(customer) ?? 0) + 1;
    sequences.set(customer, sequence);
    return { id: id++, customer, sequence };
  };
}
