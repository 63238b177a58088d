"""Every error that a user can cause.

The command line prints these without a traceback; anything else is a defect and crashes loudly.

GapfolioError
├── InputError         a location, file or element that cannot be read
├── CatalogueError     a mapping file that is wrong
├── EngagementError    gapfolio.toml or a file beside it
├── ThemeError         theme.toml, a logo or a template of a theme
├── PluginError        a plugin that clashes or breaks the hook contract
├── RenderError        the PDF could not be made
├── PackError          an evidence pack that is in the way, incomplete or not ours
├── SigningError       a certificate, its password or a time-stamp server
└── EngineError        PySpark, Java, a Spark master or its workers

A message names the file, the key or the resource, says what was kept, and what to do next.
"""


class GapfolioError(Exception):
    """Base of every expected error; its text is written for the user."""


class InputError(GapfolioError):
    """A location, file or element cannot be read."""


class CatalogueError(GapfolioError):
    """A mapping file is wrong."""


class EngagementError(GapfolioError):
    """A file of the engagement folder is wrong."""


class ThemeError(GapfolioError):
    """A theme file is wrong."""


class PluginError(GapfolioError):
    """A plugin clashes with another or breaks the hook contract."""


class RenderError(GapfolioError):
    """The PDF could not be made."""


class PackError(GapfolioError):
    """An evidence pack is in the way, incomplete or not ours."""


class SigningError(GapfolioError):
    """A report could not be signed, or a certificate not be read."""


class EngineError(GapfolioError):
    """The engine cannot work: PySpark, Java, a Spark master or its workers are missing."""
