import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { useTitle } from '../../app/frame/use-title.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useWords } from '../../app/i18n.ts';
import { usePreferences } from '../../state/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine, ErrorPanel } from '../../ui/error-panel.tsx';
import { useSlideCommands } from './slide-commands.ts';
import { SlideGrid } from './slide-grid.tsx';
import type { SlideActions } from './slide-menu.tsx';
import { SlidesEmpty } from './slides-empty.tsx';
import { SlidesHead } from './slides-head.tsx';
import './slides.css';
import { slidesWords } from './slides-words.ts';
import { useLater } from './use-later.ts';
import { type SlidesFilter, useSlides } from './use-slides.ts';

/** Not needed to show the first thumbnails, so they come after them. */
const SlideTable = lazy(async () => ({ default: (await import('./slide-table.tsx')).SlideTable }));
const EditSlideDialog = lazy(async () => ({
  default: (await import('./edit-slide-dialog.tsx')).EditSlideDialog,
}));
const ShareSlideDialog = lazy(async () => ({
  default: (await import('./share-slide-dialog.tsx')).ShareSlideDialog,
}));

const TYPING_MS = 250;

/** What is shown, kept in the address so that it can be sent to a colleague. */
function useFilter() {
  const { q = '', show } = useSearch({ from: '/signed/slides' });
  const navigate = useNavigate({ from: '/slides' });
  const [typed, setTyped] = useState(q);
  const search = useLater(typed.trim(), TYPING_MS);
  useEffect(() => {
    void navigate({
      search: (before) => ({ ...before, q: search === '' ? undefined : search }),
      replace: true,
    });
  }, [search, navigate]);
  const filter: SlidesFilter = { search, deleted: show === 'deleted' };
  const onShow = (next: 'all' | 'deleted') =>
    void navigate({
      search: (before) => ({ ...before, show: next === 'deleted' ? next : undefined }),
    });
  return { filter, typed, onType: setTyped, onShow };
}

type OpenDialog =
  | { readonly kind: 'none' }
  | { readonly kind: 'edit' | 'share'; readonly slide: SlideSummary };

interface SlideListProps {
  readonly filter: SlidesFilter;
  readonly actions: SlideActions;
  readonly onClearSearch: () => void;
}

function SlideList({ filter, actions, onClearSearch }: SlideListProps) {
  const t = useWords(slidesWords);
  const layout = usePreferences((preferences) => preferences.slidesLayout);
  const { slides, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useSlides(filter);
  if (slides === null) {
    return error === null ? (
      <Loading />
    ) : (
      <ErrorPanel error={error} onRetry={() => void refetch()} />
    );
  }
  if (slides.length === 0 && error === null) {
    return <SlidesEmpty filter={filter} onClearSearch={onClearSearch} />;
  }
  return (
    <>
      {error === null ? null : <ErrorLine error={error} onRetry={() => void refetch()} />}
      {layout === 'grid' ? (
        <SlideGrid slides={slides} actions={actions} />
      ) : (
        <Suspense fallback={<Loading />}>
          <SlideTable slides={slides} actions={actions} />
        </Suspense>
      )}
      {hasNextPage ? (
        <Button
          className="slides-more"
          isPending={isFetchingNextPage}
          onPress={() => void fetchNextPage()}
        >
          {t('loadMore')}
        </Button>
      ) : null}
    </>
  );
}

export function SlidesScreen() {
  useTitle('slides');
  const { filter, typed, onType, onShow } = useFilter();
  const commands = useSlideCommands();
  const [dialog, setDialog] = useState<OpenDialog>({ kind: 'none' });
  const close = () => setDialog({ kind: 'none' });
  const actions: SlideActions = {
    commands,
    dialogs: {
      edit: (slide) => setDialog({ kind: 'edit', slide }),
      share: (slide) => setDialog({ kind: 'share', slide }),
    },
  };
  return (
    <div className="screen">
      <SlidesHead filter={filter} typed={typed} onType={onType} onShow={onShow} />
      {commands.error === null ? null : <ErrorLine error={commands.error} />}
      <SlideList filter={filter} actions={actions} onClearSearch={() => onType('')} />
      <Suspense fallback={null}>
        {dialog.kind === 'edit' ? <EditSlideDialog slide={dialog.slide} onClose={close} /> : null}
        {dialog.kind === 'share' ? <ShareSlideDialog slide={dialog.slide} onClose={close} /> : null}
      </Suspense>
    </div>
  );
}
