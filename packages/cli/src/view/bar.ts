const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar for a share (0..1) of the room, in cells; what is not nothing has at least an eighth of a cell. */
export function bar(share: number, room: number): string {
  const steps = share === 0 ? 0 : Math.max(1, Math.round(share * room * 8));
  return '█'.repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? '');
}
