import './spinner.css';

/** A sign that something is under way; the text beside it says what. */
export function Spinner() {
  return <span className="ui-spinner" aria-hidden="true" />;
}
