import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import type { SlideStatus, SlideSummary } from '../../../shared/slide/slide.ts';
import { urlOf } from '../../api/url.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { nextPane, panesOf } from '../../state/workstation-composition.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Icon } from '../../ui/icons/icon.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { beginSlideDrag } from './slide-drag.ts';
import './slide-tray.css';
import type { TrayList } from './use-tray-list.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** Opens a slide beside the active one, with a second pane if there is only one. */
export function useOpenBeside(): (slideId: SlideId) => void {
  const { store, openSlide } = useWorkstationContext();
  return (slideId) => {
    const { composition, pane } = nextPane(store.getState());
    store.setState({ ...composition, active: pane }, true);
    openSlide(pane, slideId);
  };
}

export function SlideTray({ tray }: { readonly tray: TrayList }) {
  const t = useWords(workstationWords);
  const { store } = useWorkstationContext();
  return (
    <nav className="tray" aria-label={t('tray')}>
      <header className="tray-header">
        <h2>{t('tray')}</h2>
        <IconButton
          icon="chevron-left"
          size="small"
          label={t('trayHide')}
          onPress={() => store.setState({ isTrayOpen: false })}
        />
      </header>
      <div className="tray-search">
        <SearchField label={t('traySearch')} value={tray.search} onChange={tray.setSearch} />
      </div>
      {tray.error === null ? null : <ErrorLine error={tray.error} onRetry={tray.retry} />}
      <TrayItems tray={tray} />
    </nav>
  );
}

function TrayItems({ tray }: { readonly tray: TrayList }) {
  const t = useWords(workstationWords);
  const list = useRef<HTMLUListElement>(null);
  if (tray.isLoading) return <Spinner />;
  if (tray.slides.length === 0) {
    return <p className="tray-empty">{tray.search === '' ? t('trayEmpty') : t('trayNone')}</p>;
  }

  /** Arrows walk through the list, as in any list of things to open. */
  function walk(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.tray-open') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (step === 0 || at < 0) return;
    event.preventDefault();
    buttons[at + step]?.focus();
  }

  return (
    // The keys are heard for the buttons inside, which carry the roles.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul className="tray-list" ref={list} onKeyDown={walk}>
      {tray.slides.map((slide) => (
        <TrayItem key={slide.id} slide={slide} />
      ))}
      {tray.more === null ? null : (
        <li className="tray-more">
          <Button size="small" onPress={tray.more}>
            {t('trayMore')}
          </Button>
        </li>
      )}
    </ul>
  );
}

/** In which panes a slide stands, as numbers that the panes' headers carry too. */
function usePlaces(slideId: SlideId): readonly number[] {
  const layout = useComposition((now) => now.layout);
  const slides = useComposition((now) => now.slides);
  return panesOf(layout).flatMap((pane, index) => (slides[pane] === slideId ? [index + 1] : []));
}

function TrayItem({ slide }: { readonly slide: SlideSummary }) {
  const t = useWords(workstationWords);
  const { store, openSlide } = useWorkstationContext();
  const openBeside = useOpenBeside();
  const places = usePlaces(slide.id);
  const isMany = useComposition((now) => now.layout !== 'one');
  const isActive = useComposition((now) => now.slides[now.active] === slide.id);

  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);

  function open(event: { readonly shiftKey: boolean }): void {
    if (event.shiftKey) openBeside(slide.id);
    else openSlide(store.getState().active, slide.id);
  }

  return (
    <li className="tray-item" ref={item} data-open={places.length > 0 || undefined}>
      <button
        type="button"
        className="tray-open"
        aria-current={isActive ? 'true' : undefined}
        title={`${slide.name}\n${t('trayHint')}`}
        draggable
        onDragStart={(event) => beginSlideDrag(event, slide.id)}
        onClick={open}
      >
        <TrayPicture slide={slide} />
        <span className="tray-text">
          <span className="tray-name">{slide.name}</span>
          <span className="tray-about">
            {slide.stain === null ? null : <span className="tray-stain">{slide.stain}</span>}
            <TrayStatus status={slide.status} />
            {slide.access === 'shared' ? (
              <span className="tray-shared">
                <Icon name="share" size={12} />
                {t('shared')}
              </span>
            ) : null}
          </span>
        </span>
      </button>
      {isMany && places.length > 0 ? (
        <span className="tray-places" aria-hidden="true">
          {places.join(' ')}
        </span>
      ) : null}
      <IconButton
        icon="pane-columns"
        size="small"
        className="tray-beside"
        label={t('trayOpenBeside')}
        placement="right"
        onPress={() => openBeside(slide.id)}
      />
    </li>
  );
}

function TrayPicture({ slide }: { readonly slide: SlideSummary }) {
  const hasPicture = slide.widthPx !== null && slide.status.kind !== 'failed';
  if (!hasPicture) {
    return (
      <span className="tray-picture" data-empty="">
        <Icon name={slide.status.kind === 'failed' ? 'warning' : 'clock'} size={18} />
      </span>
    );
  }
  const url = urlOf('slide.thumbnail', { slideId: slide.id, revision: slide.revision });
  return (
    <span className="tray-picture">
      <img src={url} alt="" loading="lazy" decoding="async" draggable={false} />
    </span>
  );
}

function TrayStatus({ status }: { readonly status: SlideStatus }) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  switch (status.kind) {
    case 'ready':
      return null;
    case 'arriving':
      return <span>{t('arrivingBadge', { percent: formats.percent(status.received) })}</span>;
    case 'stored':
      return <span>{t('stored')}</span>;
    case 'building':
      return (
        <span>
          {t('building')} {formats.percent(status.progress)}
        </span>
      );
    case 'failed':
      return <span className="tray-failed">{t('failedBadge')}</span>;
  }
}
