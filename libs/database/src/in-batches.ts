/**
 * For work that is bounded by its transaction, not in all: takes up batch after batch until one is not full.
 * @param batch answers how much it took up, `size` at most.
 * @returns how much was taken up in all.
 */
export async function inBatches(size: number, batch: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const taken = await batch();
    total += taken;
    if (taken < size) return total;
  }
}
