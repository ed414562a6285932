import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Seconds of CPU that a process has had, and those of its children who are no more; undefined where there is no /proc. */
export function cpuOf(pid) {
  const stat = statOf(pid);
  return stat && stat.ticks / TICKS_PER_SECOND;
}

/** The same of a process and of all its present children. */
export function cpuOfFamily(pid) {
  const parent = statOf(pid);
  if (!parent) return undefined;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat?.parent === pid);
  return [parent, ...children].reduce((ticks, stat) => ticks + stat.ticks, 0) / TICKS_PER_SECOND;
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: state, parent, ...; user and system time of itself and of its dead children.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}
