// How many checks may be under way at once on this machine.
import { expect, test } from '@jest/globals';
import { isLight, lightPlaces, usualPlaces } from '../../src/runtime/places.ts';
import { tcp } from '../fixture.ts';

test('light places are never fewer than the usual ones, and never more than the addon and the ports allow', () => {
  expect(lightPlaces()).toBeGreaterThanOrEqual(usualPlaces);
  expect(lightPlaces()).toBeLessThanOrEqual(24_576);
});

test('a connection that is closed at once is light', () => {
  expect(isLight(tcp())).toBe(true);
});
