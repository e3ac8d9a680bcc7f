/** Something to run at `dueMs`, which must not change while it waits. */
export interface DueTask {
  readonly dueMs: number;
  run(): void;
}

/** A binary heap of tasks, the earliest first. Tasks due at the same time come in any order. */
export class DueHeap {
  readonly #tasks: DueTask[] = [];

  /** When the earliest task is due; Infinity where there is none. */
  firstDueMs(): number {
    return this.#tasks[0]?.dueMs ?? Infinity;
  }

  push(task: DueTask): void {
    const tasks = this.#tasks;
    let index = tasks.push(task) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = tasks[parentIndex];
      if (parent === undefined || parent.dueMs <= task.dueMs) break;
      tasks[index] = parent;
      index = parentIndex;
    }
    tasks[index] = task;
  }

  /** Removes the earliest task. */
  pop(): DueTask | undefined {
    const first = this.#tasks[0];
    const last = this.#tasks.pop();
    if (last !== undefined && this.#tasks.length > 0) this.#sink(last);
    return first;
  }

  clear(): void {
    this.#tasks.length = 0;
  }

  #sink(task: DueTask): void {
    const tasks = this.#tasks;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = tasks[childIndex];
      const right = tasks[childIndex + 1];
      if (child !== undefined && right !== undefined && right.dueMs < child.dueMs) {
        childIndex += 1;
        child = right;
      }
      if (child === undefined || child.dueMs >= task.dueMs) break;
      tasks[index] = child;
      index = childIndex;
    }
    tasks[index] = task;
  }
}
