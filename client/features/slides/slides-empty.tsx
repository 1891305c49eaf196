import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { slidesWords } from './slides-words.ts';
import type { SlidesFilter } from './use-slides.ts';

interface SlidesEmptyProps {
  readonly filter: SlidesFilter;
  readonly onClearSearch: () => void;
}

function NoSlidesYet() {
  const t = useWords(slidesWords);
  const mayUpload = useMay('upload.create');
  const navigate = useNavigate();
  if (!mayUpload) {
    return (
      <EmptyState icon="layers" title={t('emptyTitle')}>
        {t('emptyReader')}
      </EmptyState>
    );
  }
  const upload = (
    <Button look="primary" icon="upload" onPress={() => void navigate({ to: '/upload' })}>
      {t('upload')}
    </Button>
  );
  return (
    <EmptyState icon="layers" title={t('emptyTitle')} actions={upload}>
      {t('emptyUpload')}
    </EmptyState>
  );
}

export function SlidesEmpty({ filter, onClearSearch }: SlidesEmptyProps) {
  const t = useWords(slidesWords);
  if (filter.search !== '') {
    const clear = <Button onPress={onClearSearch}>{t('clearSearch')}</Button>;
    return (
      <EmptyState icon="search" title={t('nothingTitle')} actions={clear}>
        {t('nothingNext')}
      </EmptyState>
    );
  }
  if (!filter.deleted) return <NoSlidesYet />;
  return (
    <EmptyState icon="trash" title={t('emptyDeletedTitle')}>
      {t('emptyDeletedNext')}
    </EmptyState>
  );
}
