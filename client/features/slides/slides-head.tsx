import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { useWords } from '../../app/i18n.ts';
import { changePreferences, usePreferences } from '../../state/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { slidesWords } from './slides-words.ts';
import type { SlidesFilter } from './use-slides.ts';

interface SlidesHeadProps {
  readonly filter: SlidesFilter;
  /** What is typed; the filter follows a moment later. */
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onShow: (show: 'all' | 'deleted') => void;
}

function LayoutChoice() {
  const t = useWords(slidesWords);
  const layout = usePreferences((preferences) => preferences.slidesLayout);
  return (
    <Segmented
      label={t('layout')}
      value={layout}
      onChange={(slidesLayout) => changePreferences({ slidesLayout })}
      segments={[
        { value: 'grid', text: t('layoutGrid'), icon: 'grid', isIconOnly: true },
        { value: 'table', text: t('layoutTable'), icon: 'list', isIconOnly: true },
      ]}
    />
  );
}

export function SlidesHead({ filter, typed, onType, onShow }: SlidesHeadProps) {
  const t = useWords(slidesWords);
  const mayUpload = useMay('upload.create');
  const mayDelete = useMay('slide.delete');
  const navigate = useNavigate();
  return (
    <div className="screen-head">
      <h1>{t('title')}</h1>
      <SearchField className="slides-search" label={t('search')} value={typed} onChange={onType} />
      <div className="screen-head-end">
        {mayDelete ? (
          <Segmented
            label={t('show')}
            value={filter.deleted ? 'deleted' : 'all'}
            onChange={onShow}
            segments={[
              { value: 'all', text: t('showAll') },
              { value: 'deleted', text: t('showDeleted') },
            ]}
          />
        ) : null}
        <LayoutChoice />
        {mayUpload ? (
          <Button look="primary" icon="upload" onPress={() => void navigate({ to: '/upload' })}>
            {t('upload')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
