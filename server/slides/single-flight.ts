/** Simultaneous requests for one key share one computation. What failed is forgotten with it. */
export interface SingleFlight<Value> {
  run(key: string, compute: () => Promise<Value>): Promise<Value>;
  size(): number;
}

export function createSingleFlight<Value>(): SingleFlight<Value> {
  const flights = new Map<string, Promise<Value>>();
  return {
    run: (key, compute) => {
      const known = flights.get(key);
      if (known !== undefined) return known;
      const flight = compute().finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
    size: () => flights.size,
  };
}
