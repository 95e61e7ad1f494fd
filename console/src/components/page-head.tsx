import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

interface Props {
  title: ReactNode;
  /** For the browser's tab. */
  name: string;
  up?: { to: string; text: string };
  children?: ReactNode;
}

/** Place, title, what belongs beside it. */
export function PageHead({ title, name, up, children }: Props) {
  useEffect(() => {
    document.title = `${name} · OrderHub`;
  }, [name]);
  return (
    <header className="oh-head">
      <div className="oh-head-title">
        {up !== undefined && (
          <>
            <Link to={up.to}>{up.text}</Link>
            <span className="oh-head-slash">/</span>
          </>
        )}
        <h1>{title}</h1>
      </div>
      {children}
    </header>
  );
}
