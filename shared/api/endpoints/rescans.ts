import { z } from 'zod';
import { RescanId, SlideId } from '../../ids.ts';
import { NewRescan, Rescan, RescanAnswer } from '../../rescan/rescan.ts';
import { defineEndpoints } from '../endpoint.ts';

const slideParams = z.object({ slideId: SlideId });
const rescanParams = z.object({ slideId: SlideId, rescanId: RescanId });

export const rescanEndpoints = defineEndpoints({
  'rescan.list': {
    method: 'GET',
    path: '/api/slides/:slideId/rescans',
    summary: 'Requests to scan this slide again and their answers, newest first.',
    access: { kind: 'action', action: 'slide.view', resource: 'slide' },
    params: slideParams,
    reply: { kind: 'json', schema: z.array(Rescan) },
  },
  'rescan.open': {
    method: 'GET',
    path: '/api/rescans',
    summary:
      'What the caller’s hospital has been asked to scan again and has not settled, newest first.',
    access: { kind: 'action', action: 'rescan.answer', resource: null },
    reply: { kind: 'json', schema: z.array(Rescan) },
  },
  'rescan.ask': {
    method: 'POST',
    path: '/api/slides/:slideId/rescans',
    summary:
      'Asks the slide’s hospital to scan it again: where, why, and what the reader saw. Sent again with the same id, nothing is made twice.',
    access: { kind: 'action', action: 'rescan.ask', resource: 'slide' },
    params: slideParams,
    body: NewRescan,
    reply: { kind: 'json', schema: Rescan },
  },
  'rescan.answer': {
    method: 'POST',
    path: '/api/slides/:slideId/rescans/:rescanId/answer',
    summary: 'Will be scanned again, was (by which slide), or cannot be (why).',
    access: { kind: 'action', action: 'rescan.answer', resource: 'slide' },
    params: rescanParams,
    body: RescanAnswer,
    reply: { kind: 'json', schema: Rescan },
  },
  'rescan.withdraw': {
    method: 'POST',
    path: '/api/slides/:slideId/rescans/:rescanId/withdraw',
    summary: 'Takes an own request back while it is not settled.',
    access: { kind: 'action', action: 'rescan.ask', resource: 'slide' },
    params: rescanParams,
    reply: { kind: 'json', schema: Rescan },
  },
});
