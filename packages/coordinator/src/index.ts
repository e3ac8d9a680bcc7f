export { Coordinator } from './coordinator.ts';
