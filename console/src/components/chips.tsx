interface Props<T extends string> {
  label: string;
  options: readonly { value: T; text: string; count?: number }[];
  value: T;
  onChange: (value: T) => void;
}

/** A row of choices of which one is on. */
export function Chips<T extends string>({ label, options, value, onChange }: Props<T>) {
  return (
    <fieldset className="oh-chips">
      <legend className="oh-hidden">{label}</legend>
      {options.map((o) => (
        <button key={o.value} type="button" aria-pressed={o.value === value} onClick={() => onChange(o.value)}>
          {o.text}
          {o.count !== undefined && <span className="oh-count">{o.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
