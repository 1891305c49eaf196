import type { HospitalId, SlideId } from '../../ids.ts';
import type { Mpp, SlideProperties } from '../../slide/slide.ts';

/** A slide as DICOMweb tells of it: what the screens show, no more. */
export interface DicomSlideRecord {
  readonly id: SlideId;
  readonly hospitalId: HospitalId;
  readonly institution: string;
  readonly name: string;
  readonly stain: string | null;
  /** ISO 8601, in UTC. */
  readonly createdAt: string;
  readonly originalKey: string;
  readonly revision: number;
  readonly properties: SlideProperties;
  /** Micrometres per level-0 pixel that are in force: of the file, or by a person. */
  readonly mpp: Mpp | null;
}

/** The moment of the scan, or of the upload where the file does not say one: PS3.3 demands one. */
export interface ScanMoment {
  /** YYYYMMDD. */
  readonly date: string;
  /** HHMMSS, empty when only the day is known. */
  readonly time: string;
  /** With the zone where it is known. */
  readonly dateTime: string;
}

export function scanMomentOf({ properties, createdAt }: DicomSlideRecord): ScanMoment {
  const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?/;
  const found = pattern.exec(properties.scannedAt ?? '') ?? pattern.exec(createdAt) ?? [];
  const [, year = '', month = '', day = '', hour, minute, second, zone] = found;
  const date = `${year}${month}${day}`;
  const time = hour === undefined ? '' : `${hour}${minute}${second}`;
  const offset = zone === 'Z' ? '+0000' : (zone?.replace(':', '') ?? '');
  return { date, time, dateTime: time === '' ? date : `${date}${time}${offset}` };
}
