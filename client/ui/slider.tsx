import { Label } from 'react-aria-components/Label';
import {
  Slider as AriaSlider,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components/Slider';
import { classNames } from './class-names.ts';
import './field.css';
import './slider.css';

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Called once when the thumb is let go. */
  readonly onChangeEnd?: (value: number) => void;
  readonly minValue: number;
  readonly maxValue: number;
  readonly step?: number;
  /** The value as it is shown and read out. */
  readonly formatOptions?: Intl.NumberFormatOptions;
  readonly isDisabled?: boolean;
  readonly className?: string;
}

export function Slider({ label, className, onChange, onChangeEnd, ...rest }: SliderProps) {
  return (
    <AriaSlider
      {...rest}
      onChange={(value) => onChange(value)}
      onChangeEnd={(value) => onChangeEnd?.(value)}
      className={classNames('ui-slider', className)}
    >
      <Label className="ui-label">{label}</Label>
      <SliderOutput className="ui-slider-value" />
      <SliderTrack className="ui-slider-track">
        <SliderThumb className="ui-slider-thumb" />
      </SliderTrack>
    </AriaSlider>
  );
}
