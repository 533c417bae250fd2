// Who hears of changes in a MemoryKernel: as notifications of the kernel, events come after the call that caused them, in order.

export class Watchers<Event> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** Returns what ends the listening. */
  add(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  tell(event: Event): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener(event);
      });
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
