/** Rows of numbers, all of the same length. */
export type Matrix = readonly (readonly number[])[];

/**
 * The x of `matrix x = right`, column by column of `right`, by Gauss-Jordan elimination with
 * pivoting, for a few unknowns; null when the matrix is singular.
 */
export function solve(matrix: Matrix, right: Matrix): Matrix | null {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...right[i]!]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    if (!(Math.abs(top[column]!) > 0)) return null;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / top[column]!;
      rows[row] = rows[row]!.map((value, i) => value - factor * top[i]!);
    }
  }
  const solution = rows.map((row, i) => row.slice(size).map((value) => value / row[i]!));
  return solution.every((row) => row.every(Number.isFinite)) ? solution : null;
}
