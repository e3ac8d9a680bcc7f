import { courseOf } from './course.ts';
import type { OpenLoopProfile } from './load-profile.ts';

/**
 * A stretch of a load profile in which the rate changes linearly. Rates are per second, times in ms; an area is the
 * integral of the rate over time in (1/s) ms, so 1,000 of it are one request.
 */
export interface RatePiece {
  readonly startMs: number;
  readonly endMs: number;
  readonly startRate: number;
  readonly endRate: number;
  /** Area from the profile's start to the piece's. */
  readonly startArea: number;
  readonly endArea: number;
}

/** The pieces of a profile in order, without those that hold no request (no duration, or a rate of 0 throughout). */
export function ratePieces(load: OpenLoopProfile): RatePiece[] {
  const { start, stages } = courseOf(load);
  const pieces: RatePiece[] = [];
  let [startMs, startRate, startArea] = [0, start, 0];
  for (const { durationMs, target: endRate } of stages) {
    const endMs = startMs + durationMs;
    const endArea = startArea + ((startRate + endRate) / 2) * durationMs;
    if (endArea > startArea) pieces.push({ startMs, endMs, startRate, endRate, startArea, endArea });
    [startMs, startRate, startArea] = [endMs, endRate, endArea];
  }
  return pieces;
}

/**
 * When the area since the profile's start is reached, in ms from that start; the area must lie in the piece. It is the
 * root t of `startRate t + slope t^2 / 2 = area` in the form that is stable for a rate or slope of 0.
 */
export function timeAtArea(piece: RatePiece, area: number): number {
  const { startMs, endMs, startRate, endRate } = piece;
  const inPiece = area - piece.startArea;
  if (inPiece <= 0) return startMs;
  const slope = (endRate - startRate) / (endMs - startMs);
  const rate = Math.sqrt(Math.max(0, startRate * startRate + 2 * slope * inPiece));
  return Math.min(startMs + (2 * inPiece) / (startRate + rate), endMs);
}

/** The rate that a load asks for so many ms from its start; 0 before and after it. */
export function rateAt(load: OpenLoopProfile, offsetMs: number): number {
  const piece = ratePieces(load).find(({ startMs, endMs }) => offsetMs >= startMs && offsetMs < endMs);
  if (piece === undefined) return 0;
  const { startMs, endMs, startRate, endRate } = piece;
  return startRate + ((endRate - startRate) * (offsetMs - startMs)) / (endMs - startMs);
}
