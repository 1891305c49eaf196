import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { SlideId } from '../../../shared/ids.ts';
import { MissingScreen } from '../frame/failed-screen.tsx';
import { useTitle } from '../frame/use-title.ts';
import { type SearchText, WorkstationScreen } from '../screens.ts';

export function WorkstationPage() {
  useTitle('viewer');
  const slideId = SlideId.safeParse(useParams({ from: '/signed/slides/$slideId' }).slideId);
  const search = useSearch({ from: '/signed/slides/$slideId' });
  const navigate = useNavigate();
  const changeSearch = useCallback(
    (next: SearchText, options?: { readonly replace: boolean }) => {
      void navigate({
        to: '.',
        search: next,
        replace: options?.replace ?? true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const openSlide = useCallback(
    (id: SlideId, next: SearchText = {}) => {
      void navigate({ to: '/slides/$slideId', params: { slideId: id }, search: next });
    },
    [navigate],
  );
  if (!slideId.success) return <MissingScreen />;
  return (
    <WorkstationScreen
      slideId={slideId.data}
      search={search}
      onSearchChange={changeSearch}
      onOpenSlide={openSlide}
    />
  );
}
