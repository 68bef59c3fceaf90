// Numbers that a seed decides (mulberry32), so that a run's plan can be had again. Its timing cannot.

export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(end) {
    return Math.floor(this.next() * end);
  }

  chance(percent) {
    return this.next() * 100 < percent;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** A generator of its own, so that one reader's draws do not shift another's. */
  fork() {
    return new Random(this.below(2 ** 31));
  }
}
