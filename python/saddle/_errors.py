"""What can go wrong, in the words of the command line."""


class SaddleError(Exception):
    """Whatever Saddle raises."""


class StudyError(SaddleError, ValueError):
    """A study, a keyword, data or a folder that cannot be used: what is wrong, where, and what would be accepted."""


class Failure(SaddleError, RuntimeError):
    """A calculation that failed, or whose results could not be written."""


class SaddleWarning(UserWarning):
    """Something about a result that its reader should know."""
