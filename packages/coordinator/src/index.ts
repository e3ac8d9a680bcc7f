export { Coordinator } from './coordinator.ts';
export type { LeadingOptions } from './coordinator.ts';
